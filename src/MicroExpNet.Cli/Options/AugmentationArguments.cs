using System.CommandLine;
using MicroExpNet.Training.Augmentation;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say what is changed at random about each face.</summary>
internal sealed class AugmentationArguments
{
    private readonly Option<AugmentationOptions> _augment = OptionFactory.Choice(
        "--augment", "What is changed at random about each face; the options below change one thing each.", AugmentationOptions.Standard,
        ("standard", AugmentationOptions.Standard), ("windows", AugmentationOptions.None with { Windows = true }),
            ("none", AugmentationOptions.None));
    private readonly Option<bool?> _mirror = new("--mirror") { Description = "Swap left and right in every second face." };
    private readonly Option<double> _rotation = OptionFactory.Number("--rotation", "DEGREES", "Largest rotation.", 0, 180, null);
    private readonly Option<(double Minimum, double Maximum)?> _scale = new("--scale")
    {
        HelpName = "MIN,MAX",
        Description = "Smallest and largest size, e.g. 0.8,1.25.",
        CustomParser = OptionValue.Scales,
    };
    private readonly Option<double> _shift = OptionFactory.Number("--shift", "SHARE", "Largest shift, as a share of the side.", 0, 1, null);
    private readonly Option<double> _brightness = OptionFactory.Number(
        "--brightness", "SHARE", "Largest change of brightness.", 0, 1, null);
    private readonly Option<double> _contrast = OptionFactory.Number("--contrast", "SHARE", "Largest change of contrast.", 0, 1, null);
    private readonly Option<double> _erasing = OptionFactory.Number(
        "--erasing", "P", "Probability that a part of the face is covered.", 0, 1, null);
    private readonly Option<double> _mixup = OptionFactory.Number(
        "--mixup", "ALPHA", "Blend pairs of faces with shares from Beta(α, α).", 0, 100, null);

    private readonly Option<double> _degradation = OptionFactory.Number(
        "--degradation", "P", "Probability that a face is made noisy, blurred, dark, small or partly covered.", 0, 1, null);
    private readonly Option<double> _degradationSmoothing = OptionFactory.Number(
        "--degradation-smoothing", "SHARE",
        "Share of such a face's label, and of the teacher's answer, that is spread evenly over all classes.", 0, 1, null);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _augment, _mirror, _rotation, _scale, _shift, _brightness, _contrast, _erasing, _mixup,
            _degradation, _degradationSmoothing })
        {
            command.Add(option);
        }
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="CommandException">An option would do nothing.</exception>
    public AugmentationOptions Read(ParseResult parsed)
    {
        AugmentationOptions settings = parsed.GetValue(_augment) ?? AugmentationOptions.Standard;
        (double Minimum, double Maximum) scale = parsed.GetValue(_scale) ?? (settings.MinScale, settings.MaxScale);
        settings = settings with
        {
            Mirror = parsed.GetValue(_mirror) ?? settings.Mirror,
            Rotation = Given(_rotation, settings.Rotation),
            MinScale = scale.Minimum,
            MaxScale = scale.Maximum,
            Shift = Given(_shift, settings.Shift),
            Brightness = Given(_brightness, settings.Brightness),
            Contrast = Given(_contrast, settings.Contrast),
            Erasing = Given(_erasing, settings.Erasing),
            Mixup = Given(_mixup, settings.Mixup),
            Degradation = Given(_degradation, settings.Degradation),
            DegradationSmoothing = Given(_degradationSmoothing, settings.DegradationSmoothing),
        };
        if (settings.Degradation == 0 && parsed.GetResult(_degradationSmoothing) is { Implicit: false })
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"{_degradationSmoothing.Name} is for faces of {_degradation.Name}; give both");
        }

        return settings;

        double Given(Option<double> option, double otherwise) => parsed.GetResult(option) is null ? otherwise : parsed.GetValue(option);
    }
}
