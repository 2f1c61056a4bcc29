using System.CommandLine;
using MicroExpNet.Architectures;
using MicroExpNet.Training;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that describe a network.</summary>
internal sealed class NetworkOptions
{
    private const string Residual = "residual";
    private static readonly string[] Names = [
        OriginalArchitectures.MicroExpNetName, .. OriginalArchitectures.CandidateNames, Residual, TinyArchitecture.Name];

    private readonly Option<string> _architecture = new("--architecture")
    {
        HelpName = string.Join('|', Names),
        Description = "The network: the paper's, one of its candidates, a small residual network, or that of microexpnet-tiny.",
        CustomParser = OptionValue.OneOf([.. Names.Select(name => (name, name))]),
        DefaultValueFactory = _ => OriginalArchitectures.MicroExpNetName,
    };

    private readonly Option<int> _squeeze = new("--squeeze")
    {
        HelpName = "S",
        Description = "Squeeze coefficient of a candidate: 1 is M, 4 is S, 8 is XS, 16 is XXS.",
        CustomParser = OptionValue.Integer(1),
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<(int Height, int Width)?> _inputSize = new("--input-size")
    {
        HelpName = "HxW",
        Description = "Height and width the network reads. [default: 84x84; residual and tiny 48x48]",
        CustomParser = OptionValue.Size,
    };

    private readonly Option<int[]> _widths = new("--widths")
    {
        HelpName = "A,B,C",
        Description = "Channels of a residual network's stages. [default: 16,32,64]",
        CustomParser = OptionValue.Integers(1),
    };

    private readonly Option<int> _blocks = new("--blocks")
    {
        HelpName = "N",
        Description = "Residual blocks in each stage.",
        CustomParser = OptionValue.Integer(1),
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _stemSize = new("--stem-size")
    {
        HelpName = "N",
        Description = "Side of a residual network's first kernel.",
        CustomParser = OptionValue.Integer(1),
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int> _stemStride = new("--stem-stride")
    {
        HelpName = "1|2",
        Description = "Stride of a residual network's first convolution.",
        CustomParser = OptionValue.OneOf(("1", 1), ("2", 2)),
        DefaultValueFactory = _ => 2,
    };

    public void AddTo(Command command)
    {
        foreach (Option option in All) command.Add(option);
    }

    private Option[] All => [_architecture, _squeeze, _inputSize, _widths, _blocks, _stemSize, _stemStride];

    /// <summary>The first of these options that was given, or null.</summary>
    public string? Given(ParseResult parsed) => Given(parsed, All);

    /// <summary>Whether the network has residual sums: such networks are trained with normalisation by default.</summary>
    public bool IsResidual(ParseResult parsed) => parsed.GetValue(_architecture) is Residual or TinyArchitecture.Name;

    /// <summary>The share that dropout keeps by default: half in the paper's candidates, as there; all elsewhere.</summary>
    public double DefaultKeepProbability(ParseResult parsed) =>
        OriginalArchitectures.CandidateNames.Contains(parsed.GetValue(_architecture)!) ? 0.5 : 1;

    /// <summary>The network that was asked for.</summary>
    /// <exception cref="CommandException">It can't be.</exception>
    public Architecture Read(ParseResult parsed, IEnumerable<string> labels)
    {
        string name = parsed.GetValue(_architecture)!;
        if (!OriginalArchitectures.CandidateNames.Contains(name)) Refuse(parsed, name, "the paper's candidates", _squeeze);
        if (name != Residual) Refuse(parsed, name, "residual networks", _widths, _blocks, _stemSize, _stemStride);
        if (name == TinyArchitecture.Name) Refuse(parsed, name, "networks of any input size", _inputSize);
        (int Height, int Width)? size = parsed.GetValue(_inputSize);
        try
        {
            if (name == TinyArchitecture.Name) return TinyArchitecture.Create(labels);
            if (name == Residual)
            {
                int side = size?.Height ?? ResidualArchitectures.DefaultInputSize;
                if (size is { } both && both.Height != both.Width) throw new ArgumentException("a residual network's input is square");
                int[] widths = parsed.GetValue(_widths) is { Length: > 0 } given ? given : [16, 32, 64];
                return ResidualArchitectures.Residual(
                    $"{Residual}-{string.Join('-', widths)}", [.. widths], parsed.GetValue(_blocks), parsed.GetValue(_stemSize),
                        parsed.GetValue(_stemStride), side, labels);
            }

            (int height, int width) = size ?? (OriginalArchitectures.DefaultInputSize, OriginalArchitectures.DefaultInputSize);
            return name == OriginalArchitectures.MicroExpNetName
                ? OriginalArchitectures.MicroExpNet(height, width, labels)
                : OriginalArchitectures.Candidate(name, parsed.GetValue(_squeeze), height, width, labels);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongCommand, Message.WithoutParameter(e));
        }
    }

    private static string? Given(ParseResult parsed, params Option[] options) =>
        options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    private static void Refuse(ParseResult parsed, string name, string owner, params Option[] options)
    {
        if (Given(parsed, options) is { } option)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{option} is for {owner}, not for --architecture {name}");
        }
    }
}
