using System.Text.Json.Serialization;

namespace MicroExpNet.Training.Augmentation;

/// <summary>The random changes of each training face before each use. With the defaults a face is used as it is.</summary>
public sealed record AugmentationOptions
{
    /// <summary>Nothing is changed.</summary>
    public static AugmentationOptions None { get; } = new();

    /// <summary>For faces that a detector has cut out: mirroring, small rotations, scales and shifts, brightness, contrast, and a little
    /// erasing.</summary>
    public static AugmentationOptions Standard { get; } = new()
    {
        Mirror = true,
        Rotation = 10,
        MinScale = 0.85,
        MaxScale = 1.2,
        Shift = 0.08,
        Brightness = 0.15,
        Contrast = 0.25,
        Erasing = 0.1,
    };

    /// <summary>Whether one of the original's eight windows is cut out: 224 of 256 pixels, at slightly different positions.</summary>
    public bool Windows { get; init; }

    /// <summary>Whether every second face is mirrored, left to right.</summary>
    public bool Mirror { get; init; }

    /// <summary>Maximum rotation to either side, in degrees, 0 to 180.</summary>
    public double Rotation { get; init; }

    /// <summary>Minimum scale of a face, above 0, at most 1.</summary>
    public double MinScale { get; init; } = 1;

    /// <summary>Maximum scale of a face, 1 or more.</summary>
    public double MaxScale { get; init; } = 1;

    /// <summary>Maximum shift in any direction, as a share of the side, 0 to 1.</summary>
    public double Shift { get; init; }

    /// <summary>Maximum change of brightness, as a share of the range of grey values, 0 to 1.</summary>
    public double Brightness { get; init; }

    /// <summary>Maximum relative change of contrast, 0 to 1.</summary>
    public double Contrast { get; init; }

    /// <summary>Probability, 0 to 1, that a rectangle of 2% to 20% of the face is filled with one grey value (Zhong et al.,
    /// 2020).</summary>
    public double Erasing { get; init; }

    /// <summary>
    /// α of mixup (Zhang et al., 2018), 0 or more; 0 for none. Two faces and their labels are blended, with a share from a Beta(α, α)
    /// distribution.
    /// </summary>
    public double Mixup { get; init; }

    /// <summary>
    /// Probability, 0 to 1, that a face is degraded: noise, blur, darkness or glare, another gamma, few pixels, JPEG's artefacts, or a part
    /// covered. Its label, and the teacher's answer, are those of the clean face, less <see cref="DegradationSmoothing"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Degradation { get; init; }

    /// <summary>
    /// The share, 0 to 1, of a degraded face's label and of the teacher's answer to it that is spread evenly over all classes: a poor
    /// picture tells less than the clean one, and the network learns to be less sure of it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double DegradationSmoothing { get; init; }

    /// <summary>Refuses options out of their range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, infinite or not a number.</exception>
    internal void Check()
    {
        // Far beyond what leaves a face recognisable; the bounds keep coordinates finite.
        const double minScale = 0.01, maxScale = 100, maxMixup = 1000;
        ArgumentCheck.RequireBetween(Rotation, 0, 180, "the rotation");
        ArgumentCheck.RequireBetween(MinScale, minScale, 1, "the minimum scale");
        ArgumentCheck.RequireBetween(MaxScale, 1, maxScale, "the maximum scale");
        ArgumentCheck.RequireBetween(Shift, 0, 1, "the shift");
        ArgumentCheck.RequireBetween(Brightness, 0, 1, "the change of brightness");
        ArgumentCheck.RequireBetween(Contrast, 0, 1, "the change of contrast");
        ArgumentCheck.RequireBetween(Erasing, 0, 1, "the probability of erasing");
        ArgumentCheck.RequireBetween(Degradation, 0, 1, "the probability of degradation");
        ArgumentCheck.RequireBetween(DegradationSmoothing, 0, 1, "the smoothing of degraded faces");
        ArgumentCheck.RequireBetween(Mixup, 0, maxMixup, "mixup");
    }
}
