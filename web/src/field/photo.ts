/** How does a camera picture become small enough to send, without the metadata it carries? */

export const LONGEST_PX = 1600
const QUALITY = 0.82

/** The size that fits into LONGEST_PX; small pictures stay as they are. */
export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height))
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

/** JPEG bytes of the picture, upright; drawing it anew drops EXIF (place, device, owner). */
export async function shrunk(file: Blob): Promise<ArrayBuffer> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const { width, height } = fitted(picture.width, picture.height)
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    context.drawImage(picture, 0, 0, width, height)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
    if (blob === null) throw new Error('no picture')
    return await blob.arrayBuffer()
  } finally {
    picture.close()
  }
}
