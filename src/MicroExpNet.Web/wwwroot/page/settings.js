// What the visitor set, kept in this browser's local storage.
const key = 'microexpnet.settings';
const defaults = { device: '', mirror: true, prior: 'natural', minFace: 60, minScore: 0.65, smoothing: 200 };
const units = { minFace: ' px', minScore: '', smoothing: ' ms' };

export class Settings extends EventTarget {
  #values = { ...defaults, ...stored() };

  constructor() {
    super();
    for (const name of ['device', 'prior', 'minFace', 'minScore', 'smoothing']) {
      const field = document.getElementById(name);
      field.addEventListener('input', () => this.#show());
      field.addEventListener('change', () => this.set(name, field.type === 'range' ? Number(field.value) : field.value));
    }

    document.getElementById('reset').addEventListener('click', () => {
      const { device, mirror } = this.#values;
      this.#values = { ...defaults, device, mirror };
      this.#store('prior');
      this.fill();
    });
    this.fill();
  }

  get(name) {
    return this.#values[name];
  }

  set(name, value) {
    if (this.#values[name] === value) return;
    this.#values[name] = value;
    this.#store(name);
  }

  /** The options of the recogniser. */
  get options() {
    const { prior, minFace, minScore, smoothing } = this.#values;
    return { prior, minFace, minScore, smoothing };
  }

  /** Shows the values in the fields. */
  fill() {
    for (const name of ['device', 'prior', 'minFace', 'minScore', 'smoothing']) document.getElementById(name).value = this.#values[name];
    this.#show();
  }

  #show() {
    for (const [name, unit] of Object.entries(units)) {
      const field = document.getElementById(name), text = field.value + unit;
      field.setAttribute('aria-valuetext', text);
      document.querySelector(`output[for="${name}"]`).value = text;
    }
  }

  #store(name) {
    try {
      localStorage.setItem(key, JSON.stringify(this.#values));
    } catch {
      // Without storage the settings last as long as the page.
    }

    this.dispatchEvent(new CustomEvent('change', { detail: name }));
  }
}

// A value that an older page or a curious visitor left is taken only if a field can show it.
function stored() {
  try {
    const values = JSON.parse(localStorage.getItem(key)) ?? {};
    return Object.fromEntries(Object.entries(values).filter(([name, value]) =>
      name in defaults && typeof value === typeof defaults[name] && fits(name, value)));
  } catch {
    return {};
  }
}

function fits(name, value) {
  if (name === 'prior') return value === 'natural' || value === 'uniform';
  if (!(name in units)) return true;
  const { min, max } = document.getElementById(name);
  return value >= Number(min) && value <= Number(max);
}
