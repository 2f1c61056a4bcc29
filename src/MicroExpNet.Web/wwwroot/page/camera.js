// The camera: which there are, opening one, and what to do when none opens.

/** Why no camera opened: `insecure`, `denied`, `missing`, `busy` or `failed`, and what to do. */
export class CameraError extends Error {
  constructor(kind, cause) {
    super(explanations[kind] ?? `The camera did not start: ${cause.message}`, { cause });
    this.kind = kind;
  }
}

/** Opens a camera near 640×480 at 30 frames a second. */
export async function openCamera(device, facing) {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError('insecure');
  const size = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
  const choice = device ? { deviceId: { exact: device } } : { facingMode: facing };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...size, ...choice }, audio: false });
  } catch (error) {
    // The camera that was chosen last may be gone.
    if (!device || error.name !== 'OverconstrainedError') throw new CameraError(kinds[error.name] ?? 'failed', error);
    return openCamera('', facing);
  }
}

/** The cameras; their names are known only after one has been allowed. */
export async function listCameras() {
  const devices = await navigator.mediaDevices?.enumerateDevices?.() ?? [];
  return devices.filter(device => device.kind === 'videoinput' && device.deviceId);
}

/** Whether a camera may be opened without asking. */
export async function isAllowed() {
  try {
    return (await navigator.permissions.query({ name: 'camera' })).state === 'granted';
  } catch {
    return false;
  }
}

const kinds = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

const explanations = {
  insecure: 'Browsers give a page the camera only over https or on localhost. Open this page by one of these, or open a file instead.',
  denied: 'The camera is not allowed. Allow it in the browser (the icon beside the address) and press Start camera again, or open a file instead.',
  missing: 'There is no camera. Connect one and press Start camera again, or open a file instead.',
  busy: 'The camera does not answer. Close other programs that use it and press Start camera again.',
};
