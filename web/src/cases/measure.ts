/** How much work is a form? Fields that were filled and the seconds from the first word to the last; of nobody in particular. */
export interface Filled {
  form: 'intake' | 'report'
  fields: number
  seconds: number
}

export interface Measure {
  /** Somebody has begun to type; only the first time counts. */
  begin: () => void
  /** The measure of what was typed into these fields. */
  of: (values: unknown[]) => Filled
  reset: () => void
}

export function measure(form: Filled['form'], now: () => number = Date.now): Measure {
  let began: number | null = null
  return {
    begin: () => {
      began ??= now()
    },
    of: (values) => ({ form, fields: values.filter((one) => one !== '' && one !== null && one !== false && one !== undefined).length, seconds: began === null ? 0 : Math.round((now() - began) / 1000) }),
    reset: () => {
      began = null
    },
  }
}
