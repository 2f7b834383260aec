"""What helps on the pages of the front door where scripts run? Nothing that they could not do without."""

from typing import Final

from mudan.api.public.map_script import MAP_SCRIPT

_FORM: Final = """
'use strict'
const photo = document.getElementById('photo')
const MOST = 15 * 1024 * 1024
if (photo) {
  photo.addEventListener('change', () => {
    document.getElementById('preview')?.remove()
    const file = photo.files[0]
    if (!file) return
    const shown = document.createElement('p')
    shown.id = 'preview'
    if (file.size > MOST) {
      shown.className = 'wrong'
      shown.setAttribute('role', 'alert')
      shown.textContent = document.documentElement.lang === 'en' ? 'Larger than 15 MB' : '照片超过 15 MB'
    } else {
      const image = document.createElement('img')
      image.alt = ''
      image.src = URL.createObjectURL(file)
      shown.append(image)
    }
    photo.after(shown)
  })
}
const locate = document.getElementById('locate')
if (locate && 'geolocation' in navigator) {
  locate.hidden = false
  const said = document.getElementById('located')
  locate.addEventListener('click', () => {
    navigator.geolocation.getCurrentPosition(
      (found) => {
        document.getElementById('lon').value = found.coords.longitude.toFixed(6)
        document.getElementById('lat').value = found.coords.latitude.toFixed(6)
        said.textContent = locate.dataset.done.replace('{m}', Math.round(found.coords.accuracy))
        document.dispatchEvent(new Event('placed'))
      },
      () => { said.textContent = locate.dataset.failed },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    )
  })
}
"""
SCRIPT: Final = _FORM + MAP_SCRIPT
