// The browser's side of ExpressionCamera: opens the camera, recognises its frames in a worker, draws, and reports to .NET.
import { createRecognizer } from './microexpnet.js';
import { listCameras, openCamera } from './page/camera.js';
import { drawFaces } from './page/drawing.js';

// A hub of Blazor Server takes messages of 32 kB.
const mostReported = 64;

/** Starts a camera in an element of the component. */
export function create(root, callbacks, settings) {
  return new ExpressionCamera(root, callbacks, JSON.parse(settings));
}

class ExpressionCamera {
  #callbacks;
  #settings;
  #video;
  #overlay;
  #recognizer = null;
  #stream = null;
  #faces = [];
  #mirrored = false;

  // Each opening and closing of the camera has a number; what was begun under an earlier one ends.
  #opening = 0;

  // Each recogniser counts its tracks from 1, and a number is never another face's.
  #earlierTracks = 0;
  #lastTrack = 0;
  #isReporting = false;
  #newest = null;
  #events = new AbortController();

  constructor(root, callbacks, settings) {
    this.#callbacks = callbacks;
    this.#settings = settings;
    this.#video = root.querySelector('video');
    this.#overlay = root.querySelector('canvas');
    // Not attributes: a content security policy may forbid inline styles.
    Object.assign(root.style, { position: 'relative' });
    Object.assign(this.#video.style, { display: 'block', width: '100%', height: 'auto' });
    Object.assign(this.#overlay.style, { position: 'absolute', left: '0', top: '0', width: '100%', pointerEvents: 'none' });
    this.#video.muted = true;
    const { signal } = this.#events;
    document.addEventListener('visibilitychange', () => document.hidden ? this.#stop() : this.#start(), { signal });
    navigator.mediaDevices?.addEventListener?.('devicechange', () => this.#reportDevices(), { signal });
    const observer = new ResizeObserver(() => this.#draw());
    observer.observe(this.#video);
    signal.addEventListener('abort', () => observer.disconnect());
    this.#start();
  }

  async update(settings) {
    const last = this.#settings;
    this.#settings = JSON.parse(settings);
    const differs = (...names) => names.some(name => last[name] !== this.#settings[name]);
    if (differs('active', 'device', 'facing')) {
      this.#stop();
      this.#start();
    } else if (differs('mirror')) {
      this.#mirror();
    }

    if (differs('minFace', 'minScore', 'smoothing', 'prior')) await (await this.#recognizer)?.configure(this.#options);
    this.#draw();
  }

  close() {
    this.#events.abort();
    this.#stop();
    this.#recognizer?.then(recognizer => recognizer?.close());
  }

  get #options() {
    const { minFace, minScore, smoothing, prior } = this.#settings;
    return { minFace, minScore, smoothing, prior: prior.toLowerCase() };
  }

  async #start() {
    if (!this.#settings.active || document.hidden || this.#events.signal.aborted) return;
    const opening = ++this.#opening, isCurrent = () => opening === this.#opening;
    // While the visitor is asked for the camera, the recogniser loads.
    this.#recognizer ??= createRecognizer(this.#options).catch(error => {
      this.#recognizer = null;
      this.#reportError('recognizer', error.message);
    });
    let stream;
    try {
      stream = await openCamera(this.#settings.device ?? '', this.#settings.facing.toLowerCase());
    } catch (error) {
      if (isCurrent()) this.#reportError(error.kind, error.cause?.message ?? error.message);
      return;
    }

    if (!isCurrent()) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }

    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener('ended', () => {
      if (!isCurrent()) return;
      this.#stop();
      this.#reportError('disconnected', '');
    });
    this.#video.srcObject = stream;
    this.#mirror();
    try {
      await this.#video.play();
    } catch (error) {
      if (!isCurrent()) return;
      this.#stop();
      this.#reportError('failed', error.message);
      return;
    }

    this.#reportDevices();
    const recognizer = await this.#recognizer;
    if (!isCurrent()) return;
    if (!recognizer) {
      // Its failure was reported.
      this.#stop();
      return;
    }

    try {
      await recognizer.reset();
    } catch (error) {
      if (isCurrent()) this.#fail(recognizer, error);
      return;
    }

    if (!isCurrent()) return;
    this.#call('ReceiveStart');
    this.#recognizeFrames(recognizer, isCurrent);
  }

  // The next start loads another recogniser.
  #fail(recognizer, error) {
    recognizer.close();
    this.#recognizer = null;
    this.#earlierTracks = this.#lastTrack;
    this.#stop();
    this.#reportError('recognizer', error.message);
  }

  #stop() {
    this.#opening++;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
    this.#faces = [];
    this.#newest = null;
    this.#draw();
  }

  // The newest frame each time: one that comes while another is recognised is left out.
  async #recognizeFrames(recognizer, isCurrent) {
    while (isCurrent()) {
      const time = await this.#nextFrame();
      if (!isCurrent()) return;
      try {
        const { faces, milliseconds } = await recognizer.recognize(this.#video, { time });
        if (!isCurrent()) return;
        for (const face of faces) {
          face.track += this.#earlierTracks;
          this.#lastTrack = Math.max(this.#lastTrack, face.track);
        }

        this.#faces = faces;
        this.#draw();
        this.#report({ faces: faces.slice(0, mostReported), width: this.#video.videoWidth, height: this.#video.videoHeight, milliseconds });
      } catch (error) {
        if (!isCurrent()) return;
        this.#fail(recognizer, error);
      }
    }
  }

  #nextFrame() {
    return new Promise(resolve => this.#video.requestVideoFrameCallback ? this.#video.requestVideoFrameCallback(resolve) : requestAnimationFrame(resolve));
  }

  // One message at a time: over a slow line the newest frame goes next.
  async #report(frame) {
    this.#newest = frame;
    if (this.#isReporting) return;
    this.#isReporting = true;
    while (this.#newest) {
      const text = JSON.stringify(this.#newest, (_, value) => typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value);
      this.#newest = null;
      await this.#call('ReceiveFrame', text);
    }

    this.#isReporting = false;
  }

  async #reportDevices() {
    const devices = await listCameras();
    await this.#call('ReceiveDevices', JSON.stringify(devices.map(({ deviceId, label }) => ({ id: deviceId, label }))));
  }

  #reportError(kind, detail) {
    this.#call('ReceiveError', kind, detail);
  }

  async #call(method, ...parameters) {
    if (this.#events.signal.aborted) return;
    try {
      await this.#callbacks.invokeMethodAsync(method, ...parameters);
    } catch (error) {
      // A callback of the application failed, which Blazor reports itself, or the page's connection is lost.
      if (!this.#events.signal.aborted) console.warn(`ExpressionCamera: ${method}: ${error.message}`);
    }
  }

  #mirror() {
    const [track] = this.#stream?.getVideoTracks() ?? [];
    this.#mirrored = this.#settings.mirror && track?.getSettings().facingMode !== 'environment';
    this.#video.style.transform = this.#mirrored ? 'scaleX(-1)' : '';
  }

  #draw() {
    const { clientWidth, clientHeight, videoWidth, videoHeight } = this.#video, density = devicePixelRatio, overlay = this.#overlay;
    const width = Math.round(clientWidth * density), height = Math.round(clientHeight * density);
    overlay.style.height = `${clientHeight}px`;
    if (overlay.width !== width || overlay.height !== height) [overlay.width, overlay.height] = [width, height];
    const context = overlay.getContext('2d');
    context.clearRect(0, 0, width, height);
    if (!videoWidth || !this.#faces.length || !this.#settings.showFaces) return;
    const fit = { scale: width / videoWidth, left: 0, top: 0, width, height };
    drawFaces(context, this.#faces, fit, this.#mirrored, Math.max(12, Math.min(16, clientWidth / 36)) * density);
  }
}
