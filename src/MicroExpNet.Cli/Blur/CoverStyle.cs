namespace MicroExpNet.Cli.Blur;

/// <summary>What is put in the place of a face.</summary>
internal enum CoverStyle
{
    /// <summary>A few squares, each of the mean colour of what it covers.</summary>
    Pixelate,

    /// <summary>The colours of these squares, with smooth passages between them.</summary>
    Blur,

    /// <summary>Grey, which keeps nothing of the face.</summary>
    Fill,
}
