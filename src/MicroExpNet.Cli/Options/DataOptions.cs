using System.CommandLine;
using MicroExpNet.Cli.Train;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that name a data set and say how it is split.</summary>
/// <param name="isRequired">Whether there is no use of the command without a data set.</param>
internal sealed class DataOptions(bool isRequired = true)
{
    private readonly Option<string> _data = new("--data")
    {
        HelpName = "PATH",
        Description = "Labelled faces: a folder or .zip (a folder for each class, FER+, CK+, Oulu-CASIA), FER2013's .csv, or a file of lines 'path label'.",
        Required = isRequired,
    };

    private readonly Option<string> _validation = new("--validation") { HelpName = "PATH", Description = "Validation faces: never trained on, they choose and calibrate the model." };

    private readonly Option<(int Fold, int Of)?> _fold = new("--fold") { HelpName = "K/N", Description = "Validate on fold K of N instead, and train on the others.", CustomParser = OptionValue.Fold };

    private readonly Option<double?> _holdOut = new("--holdout") { HelpName = "SHARE", Description = "Validate on this share of the faces instead, e.g. 0.1.", CustomParser = result => OptionValue.Between(0.001, 0.999)(result) };

    private readonly Option<VoteRule> _votes = new("--votes")
    {
        HelpName = "majority|any",
        Description = "Training faces with crowd votes: those with a majority, or all with a vote. Validation is by majority. [default: majority]",
        CustomParser = OptionValue.OneOf(("majority", VoteRule.Majority), ("any", VoteRule.Any)),
    };

    private readonly Option<string> _subject = new("--subject")
    {
        HelpName = "PATTERN",
        Description = "Regular expression that finds the person in a face's name, e.g. '^[^_]+'; a person is then in one fold only.",
    };

    public void AddTo(Command command, bool forTraining)
    {
        command.Add(_data);
        if (forTraining)
        {
            command.Add(_validation);
            command.Add(_fold);
            command.Add(_holdOut);
        }

        command.Add(_votes);
        if (forTraining) command.Add(_subject);
    }

    /// <summary>The option that names the data set, where it is not given.</summary>
    /// <param name="parsed">The arguments.</param>
    public string? Missing(System.CommandLine.Parsing.CommandResult parsed) => parsed.GetResult(_data) is null ? _data.Name : null;

    /// <summary>Adds the option that finds persons in names, where the data set is not split by the options here.</summary>
    public void AddSubjectTo(Command command) => command.Add(_subject);

    /// <summary>The files and folders that are read.</summary>
    public IEnumerable<string?> Files(System.CommandLine.ParseResult parsed) => [parsed.GetValue(_data), parsed.GetValue(_validation)];

    /// <summary>Reads the data set alone and shows what is in it.</summary>
    public FaceDataSet Read(System.CommandLine.ParseResult parsed, Terminal terminal, bool showTable, CancellationToken cancellation)
    {
        FaceDataSet data = Load(parsed.GetValue(_data)!, parsed.GetValue(_votes), terminal, cancellation);
        if (parsed.GetValue(_subject) is { } pattern) data = WithSubjects(data, pattern);
        if (showTable) DataSetTable.Write(data, terminal.CreateReportConsole());
        return data;
    }

    /// <summary>Reads the data set and its validation faces, and shows what is in them.</summary>
    public DataSplit ReadSplit(System.CommandLine.ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string? validation = parsed.GetValue(_validation);
        (int Fold, int Of)? fold = parsed.GetValue(_fold);
        double? holdOut = parsed.GetValue(_holdOut);
        int ways = (validation is null ? 0 : 1) + (fold is null ? 0 : 1) + (holdOut is null ? 0 : 1);
        if (ways > 1) throw new CommandException(ExitCode.WrongCommand, "give one of --validation, --fold and --holdout");
        FaceDataSet data = Read(parsed, terminal, showTable: true, cancellation);
        try
        {
            if (fold is { } one) return DataSplit.Fold(data, one.Fold, one.Of);
            if (holdOut is { } share) return DataSplit.HoldOut(data, share);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.InputFailed, Message.WithoutParameter(e));
        }

        if (validation is null) return new DataSplit(data, data.Select("none", []));
        FaceDataSet validationSet = Load(validation, VoteRule.Majority, terminal, cancellation);
        DataSetTable.Write(validationSet, terminal.CreateReportConsole());
        try
        {
            return new DataSplit(data, validationSet.WithLabels(data.Labels));
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.InputFailed, Message.WithoutParameter(e));
        }
    }

    private static FaceDataSet Load(string path, VoteRule votes, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            FaceDataSet data = FaceDataSet.Load(path, votes, cancellation);
            SkippedFileLines.Write(data.Name, data.Skipped, terminal);
            return data;
        }
        catch (Exception e) when (e is DataSetFormatException or IOException or UnauthorizedAccessException)
        {
            if (e is DataSetFormatException format) SkippedFileLines.Write(path, format.Skipped, terminal);
            throw new CommandException(ExitCode.InputFailed, e is DataSetFormatException ? e.Message : Message.Of(e, path));
        }
    }

    private static FaceDataSet WithSubjects(FaceDataSet data, string pattern)
    {
        try
        {
            System.Text.RegularExpressions.Regex regex = new(pattern, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
            return data.WithSubjects(name => regex.Match(name) is { Success: true } match ? (match.Groups.Count > 1 ? match.Groups[1].Value : match.Value) : null);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"--subject '{pattern}': {Message.WithoutParameter(e)}");
        }
    }
}
