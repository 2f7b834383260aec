/** How does the console start in the browser? */
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { onSignedOut } from './kit/api'
import { i18n, locale, setLocale } from './kit/i18n'
import { disconnect } from './kit/live'
import './kit/theme.css'
import App from './shell/App.vue'
import { makeRouter } from './shell/router'
import { useSession } from './shell/session'
import { applyTheme } from './shell/theme'

const app = createApp(App)
app.use(createPinia())
app.use(i18n)

const session = useSession()
const router = makeRouter(session)
onSignedOut(() => {
  if (!session.session) return
  disconnect()
  session.clear()
  void router.push({ name: 'sign-in', query: { to: router.currentRoute.value.fullPath, ended: '1' } })
})
app.use(router)
applyTheme()
setLocale(locale.value)
app.mount('#app')
