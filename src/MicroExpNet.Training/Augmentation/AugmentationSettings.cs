namespace MicroExpNet.Training.Augmentation;

/// <summary>What is changed at random about each training face before each use. All off: faces are used as they are.</summary>
public sealed record AugmentationSettings
{
    /// <summary>Nothing is changed.</summary>
    public static AugmentationSettings None { get; } = new();

    /// <summary>What suits faces that a detector has cut out: mirror, small turns, scales and shifts, light, and a little erasing.</summary>
    public static AugmentationSettings Standard { get; } = new()
    {
        Mirror = true,
        Rotation = 10,
        MinimumScale = 0.85,
        MaximumScale = 1.2,
        Shift = 0.08,
        Brightness = 0.15,
        Contrast = 0.25,
        Erasing = 0.1,
    };

    /// <summary>One of the original's eight windows of 224 of 256 pixels, each a little further down or right.</summary>
    public bool Windows { get; init; }

    /// <summary>Left and right change sides in every second face.</summary>
    public bool Mirror { get; init; }

    /// <summary>Greatest turn to either side, in degrees, 0 to 180.</summary>
    public double Rotation { get; init; }

    /// <summary>Smallest size of a face, as a share of its own, above 0, at most 1.</summary>
    public double MinimumScale { get; init; } = 1;

    /// <summary>Greatest size of a face, as a share of its own, 1 or more.</summary>
    public double MaximumScale { get; init; } = 1;

    /// <summary>Greatest shift in any direction, as a share of the side, 0 to 1.</summary>
    public double Shift { get; init; }

    /// <summary>Greatest change of brightness, as a share of the range of grey values, 0 to 1.</summary>
    public double Brightness { get; init; }

    /// <summary>Greatest change of contrast, as a share of it, 0 to 1.</summary>
    public double Contrast { get; init; }

    /// <summary>Probability that a rectangle of 2% to 20% of the face becomes one grey (Zhong et al., 2020), 0 to 1.</summary>
    public double Erasing { get; init; }

    /// <summary>α of mixup (Zhang et al., 2018): two faces and their labels are blended, with a share from a Beta(α, α) distribution; 0 for none.</summary>
    public double Mixup { get; init; }
}
