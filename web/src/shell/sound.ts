/** How does a level Ⅰ alarm sound? Two short tones; nothing where the browser has no sound. */

const TONES_HZ = [880, 660]
const TONE_S = 0.18

let audio: AudioContext | null = null

/** Sound once. Browsers stay silent until the person has clicked somewhere; that is their rule. */
export function beep(): void {
  if (typeof AudioContext === 'undefined') return
  audio ??= new AudioContext()
  const started = audio.currentTime
  TONES_HZ.forEach((hz, at) => {
    if (!audio) return
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    volume.gain.value = 0.15
    tone.frequency.value = hz
    tone.connect(volume).connect(audio.destination)
    tone.start(started + at * TONE_S)
    tone.stop(started + (at + 1) * TONE_S)
  })
}
