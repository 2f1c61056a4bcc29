namespace MicroExpNet.Blazor;

/// <summary>Why a camera shows nothing, or its faces are not recognised.</summary>
public enum CameraErrorKind
{
    /// <summary>The page was opened neither over https nor on localhost; browsers give it no camera.</summary>
    InsecurePage = 0,

    /// <summary>The visitor or the browser does not allow the camera.</summary>
    NotAllowed = 1,

    /// <summary>The machine has no camera.</summary>
    NoCamera = 2,

    /// <summary>The camera does not answer: another program may use it.</summary>
    Busy = 3,

    /// <summary>The camera was disconnected while it was open.</summary>
    Disconnected = 4,

    /// <summary>The camera did not start for another reason.</summary>
    CameraFailed = 5,

    /// <summary>The recogniser did not start, or ended: its files are missing, or the browser is too old.</summary>
    RecognizerFailed = 6,
}
