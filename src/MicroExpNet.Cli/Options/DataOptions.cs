using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using MicroExpNet.Cli.Train;
using MicroExpNet.Training;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that name a data set and say how it is split.</summary>
/// <param name="isRequired">Whether there is no use of the command without a data set.</param>
internal sealed class DataOptions(bool isRequired = true)
{
    /// <summary>The part that a model is evaluated on, where the data comes split: the first of these that it has.</summary>
    public static readonly DataPart[] EvaluationParts = [DataPart.Test, DataPart.Validation];

    private const string ChoosesPart = " (--part chooses)";

    private readonly Option<string> _data = new("--data")
    {
        HelpName = "PATH",
        Description = "Labelled faces: a folder or .zip (a folder for each class, FER+, CK+, Oulu-CASIA), or a table: FER2013's .csv, " +
            "or paths and labels.",
        Required = isRequired,
    };

    private readonly Option<string[]> _more = new("--more")
    {
        HelpName = "PATH",
        Description = "More labelled faces beside those of --data, with the same classes or some of them; may be given several times.",
    };

    private readonly Option<string> _validation = new("--validation")
    {
        HelpName = "PATH",
        Description = "Validation faces: never trained on, they choose and calibrate the model.",
    };

    private readonly Option<(int Fold, int Of)?> _fold = new("--fold")
    {
        HelpName = "K/N",
        Description = "Validate on fold K of N instead, and train on the others.",
        CustomParser = OptionValue.Fold,
    };

    private readonly Option<double?> _holdOut = new("--holdout")
    {
        HelpName = "SHARE",
        Description = "Validate on this share of the faces instead, e.g. 0.1.",
        CustomParser = result => OptionValue.Between(0.001, 0.999)(result),
    };

    private readonly Option<VoteRule> _votes = new("--votes")
    {
        HelpName = "majority|any",
        Description = "Which faces with crowd votes are read: those with a majority, or all with a vote. The faces of --validation are " +
            "always by majority. [default: majority]",
        CustomParser = OptionValue.OneOf(("majority", VoteRule.Majority), ("any", VoteRule.Any)),
    };

    private readonly Option<string> _subject = new("--subject")
    {
        HelpName = "PATTERN",
        Description = "Regular expression that finds the person in a face's file name, e.g. '^[^_]+'; with a '/' in it, in the path " +
            "with its folders, e.g. '^[^/]+/'. A person is then in one fold only.",
    };

    private readonly Option<string> _classes = new("--classes")
    {
        HelpName = "a,b,c",
        Description = "What the labels mean: names in the order of the data's numbers, or LABEL=NAME for single ones.",
    };

    private readonly Option<string[]> _ignoredLabels = new("--ignore-label")
    {
        HelpName = "LABEL",
        Description = "Leave out the faces with this label; a,b for several.",
    };

    private readonly Option<PartChoice?> _part = new("--part")
    {
        HelpName = "train|validation|test|all",
        Description = "The part to read, where the data comes split. [default: train to train on, test to evaluate on]",
        CustomParser = result => OptionValue.OneOf(
            ("train", PartChoice.Train), ("validation", PartChoice.Validation), ("test", PartChoice.Test), ("all", PartChoice.All))(result),
    };

    private readonly Option<bool> _allowDuplicates = new("--allow-duplicates")
    {
        Description = "Go on if validation faces are also trained on (equal pixels, or mirrored).",
    };

    /// <summary>Adds the options.</summary>
    /// <param name="command">Where to.</param>
    /// <param name="forTraining">Whether a network is trained on the faces.</param>
    /// <param name="hasMore">Whether several data sets may be given.</param>
    public void AddTo(Command command, bool forTraining, bool hasMore = false)
    {
        command.Add(_data);
        if (hasMore) command.Add(_more);
        if (forTraining)
        {
            command.Add(_validation);
            command.Add(_fold);
            command.Add(_holdOut);
        }

        command.Add(_classes);
        command.Add(_ignoredLabels);
        command.Add(_part);
        command.Add(_votes);
        if (forTraining)
        {
            command.Add(_subject);
            command.Add(_allowDuplicates);
        }
    }

    /// <summary>The option that names the data set, where it is not given.</summary>
    /// <param name="parsed">The arguments.</param>
    public string? Missing(System.CommandLine.Parsing.CommandResult parsed) => parsed.GetResult(_data) is null ? _data.Name : null;

    /// <summary>Adds the options for folds, where the data set is not split by the options here.</summary>
    public void AddFoldsTo(Command command)
    {
        command.Add(_subject);
        command.Add(_allowDuplicates);
    }

    /// <summary>The files and folders that are read.</summary>
    public IEnumerable<string?> Files(System.CommandLine.ParseResult parsed) =>
        [parsed.GetValue(_data), parsed.GetValue(_validation), .. parsed.GetValue(_more) ?? []];

    /// <summary>Reads one data set and shows what is in it.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="showTable">Whether its classes are shown.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <param name="toEvaluate">Whether a model is evaluated on it: of a data set that comes split, the test part is read.</param>
    /// <param name="expected">Classes known from elsewhere, such as those of the model.</param>
    /// <param name="group">The column of a table that says which group a face belongs to; null for none.</param>
    public FaceDataSet Read(
        System.CommandLine.ParseResult parsed, Terminal terminal, bool showTable, CancellationToken cancellationToken,
            bool toEvaluate = false,
        ImmutableArray<string> expected = default, string? group = null)
    {
        FaceDataSet data = Load(parsed, parsed.GetValue(_data)!, parsed.GetValue(_votes), expected, terminal, cancellationToken, group);
        data = SelectPart(parsed, data, terminal, toEvaluate ? EvaluationParts : [DataPart.Training]);
        data = AddMore(parsed, data, terminal, cancellationToken);
        if (parsed.GetValue(_subject) is { } pattern) data = WithSubjects(data, pattern);
        if (showTable) DataSetTable.Write(data, terminal.CreateReportConsole());
        return data;
    }

    /// <summary>Reads the training and the validation faces, and shows what is in them.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public DataSplit ReadSplit(System.CommandLine.ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        string? validation = parsed.GetValue(_validation);
        (int Fold, int Of)? fold = parsed.GetValue(_fold);
        double? holdOut = parsed.GetValue(_holdOut);
        int ways = (validation is null ? 0 : 1) + (fold is null ? 0 : 1) + (holdOut is null ? 0 : 1);
        if (ways > 1) throw new CommandException(ExitCode.WrongCommand, "give one of --validation, --fold and --holdout");
        if (parsed.GetValue(_subject) is not null && fold is null && holdOut is null)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{_subject.Name} is for {_holdOut.Name} and {_fold.Name}; give one of them");
        }

        FaceDataSet data = Load(parsed, parsed.GetValue(_data)!, parsed.GetValue(_votes), expected: [], terminal, cancellationToken);
        bool isSplit = data.HasParts && ways == 0 && parsed.GetValue(_part) is null;
        if (isSplit) RequirePartOfEach(data, ChoosesPart);
        else data = SelectPart(parsed, data, terminal, DataPart.Training);
        data = AddMore(parsed, data, terminal, cancellationToken);
        if (parsed.GetValue(_subject) is { } pattern) data = WithSubjects(data, pattern);
        DataSetTable.Write(data, terminal.CreateReportConsole());
        DataSplit split;
        try
        {
            split = fold is { } one ? DataSplit.Fold(data, one.Fold, one.Of)
                : holdOut is { } share ? DataSplit.HoldOut(data, share)
                : isSplit ? DataSplit.ByParts(data)
                : validation is null ? new DataSplit(data, data.Select("none", []))
                : new DataSplit(data, ReadValidation(parsed, validation, data, terminal, cancellationToken));
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.InputFailed, Message.WithoutParameter(e));
        }

        if (isSplit)
        {
            terminal.Say(
                $"{data.Name} comes split ({data.DescribeParts()}); training on train, " +
                $"{(split.Validation.Samples.IsEmpty ? "without validation" : "validating on validation")}{ChoosesPart}");
        }

        FaceDataSet validated = split.Validation;
        RejectDuplicates(
            parsed, validated.Name, split.FindDuplicates(cancellationToken), "which is trained on",
            count => $"{count:N0} of the {validated.Samples.Length:N0} validation faces are also trained on", terminal);
        return split;
    }

    /// <summary>Refuses folds of which two have the same picture, unless that is allowed.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="name">What messages call the data set.</param>
    /// <param name="validation">The folds.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="CommandException">Two folds have the same picture.</exception>
    public void RejectDuplicates(
        System.CommandLine.ParseResult parsed, string name, CrossValidation validation, Terminal terminal,
            CancellationToken cancellationToken) =>
        RejectDuplicates(
            parsed, name, validation.FindDuplicates(cancellationToken), "which is in another fold",
            count => $"{count:N0} faces are in another fold, too", terminal);

    private void RejectDuplicates(
        System.CommandLine.ParseResult parsed, string name, IReadOnlyList<(FaceSample First, FaceSample Other)> duplicates, string which,
            Func<int, FormattableString> sentence, Terminal terminal)
    {
        if (duplicates.Count == 0) return;
        IEnumerable<SkippedFile> lines = duplicates.Select(pair =>
            new SkippedFile(pair.Other.Name, $"the same picture as {pair.First.Name}, {which}", IsFault: true));
        SkippedFileLines.Write(name, lines, terminal);
        string count = $"{sentence(duplicates.Count).ToString(CultureInfo.InvariantCulture)} (equal pixels, or mirrored)";
        if (!parsed.GetValue(_allowDuplicates))
        {
            throw new CommandException(
                ExitCode.InputFailed, $"{count}; remove them from one side, or go on with {_allowDuplicates.Name}");
        }

        terminal.Say(count);
    }

    /// <summary>Of a data set that comes split, the first preferred part that it has, and a line that says so; else all of it.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="preferred">The parts that are looked for, in this order.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="choice">What the line says of a choice.</param>
    public static FaceDataSet SelectPart(FaceDataSet data, DataPart[] preferred, Terminal terminal, string choice = "")
    {
        if (!data.HasParts) return data;
        RequirePartOfEach(data, choice);
        DataPart part = preferred.Cast<DataPart?>().FirstOrDefault(one => data.PartCounts.ContainsKey(one!.Value)) ?? preferred[0];
        FaceDataSet selected = PartOf(data, part);
        terminal.Say($"{data.Name} comes split ({data.DescribeParts()}); reading {PartNames.Of(part)}{choice}");
        return selected;
    }

    private FaceDataSet SelectPart(
        System.CommandLine.ParseResult parsed, FaceDataSet data, Terminal terminal, params DataPart[] preferred) =>
        parsed.GetValue(_part) switch
        {
            PartChoice.Train => PartOf(data, DataPart.Training),
            PartChoice.Validation => PartOf(data, DataPart.Validation),
            PartChoice.Test => PartOf(data, DataPart.Test),
            PartChoice.All => data,
            _ => SelectPart(data, preferred, terminal, ChoosesPart),
        };

    private static FaceDataSet PartOf(FaceDataSet data, DataPart part)
    {
        try
        {
            return data.SelectPart(part);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.InputFailed, Message.WithoutParameter(e));
        }
    }

    // Where some faces are in a part, the others may be of any: trained on, they might be tested with.
    private static void RequirePartOfEach(FaceDataSet data, string choice)
    {
        if (data.Samples.FirstOrDefault(sample => sample.Part is null) is not { } without) return;
        throw new CommandException(
            ExitCode.InputFailed,
            $"{data.Name}: some faces are in no part ({data.DescribeParts()}), e.g. {without.Name}; expected a part for each, or for " +
                $"none{choice}");
    }

    private static ImmutableArray<string> Names(string? list) =>
        list is null ? [] : [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static FaceDataSet WithSubjects(FaceDataSet data, string pattern)
    {
        // The folder is the class: with it, a person in two classes would be two. A pattern with a slash asks for the folders.
        bool isOfPath = pattern.Contains('/', StringComparison.Ordinal);
        try
        {
            Regex regex = new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
            return data.WithSubjects(Subject);

            string Subject(string name)
            {
                Match match = regex.Match(isOfPath ? name : name[(name.LastIndexOf('/') + 1)..]);
                if (match.Success) return match.Groups.Count > 1 ? match.Groups[1].Value : match.Value;
                string hint = isOfPath ? "" : "; only a pattern with a '/' sees the folders";
                throw new ArgumentException($"no subject found in {name}{hint}");
            }
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"--subject '{pattern}': {Message.WithoutParameter(e)}");
        }
        catch (RegexMatchTimeoutException)
        {
            throw new CommandException(ExitCode.WrongCommand, $"--subject '{pattern}': it takes more than a second for one name");
        }
    }

    private FaceDataSet AddMore(
        System.CommandLine.ParseResult parsed, FaceDataSet data, Terminal terminal, CancellationToken cancellationToken)
    {
        foreach (string path in parsed.GetValue(_more) ?? [])
        {
            FaceDataSet more = Load(parsed, path, parsed.GetValue(_votes), data.Labels, terminal, cancellationToken);
            more = SelectPart(more, [DataPart.Training], terminal);
            try
            {
                data = data.Join(data.HasParts ? AsTraining(more) : more);
            }
            catch (ArgumentException e)
            {
                throw new CommandException(ExitCode.InputFailed, Message.WithoutParameter(e));
            }
        }

        return data;
    }

    // Faces in no part, or in another, would be left out where the data they join is trained on as it comes split.
    private static FaceDataSet AsTraining(FaceDataSet data) =>
        data with { Samples = [.. data.Samples.Select(sample => sample with { Part = DataPart.Training })] };

    private FaceDataSet ReadValidation(
        System.CommandLine.ParseResult parsed, string path, FaceDataSet training, Terminal terminal, CancellationToken cancellationToken)
    {
        FaceDataSet data = Load(parsed, path, VoteRule.Majority, training.Labels, terminal, cancellationToken);
        data = SelectPart(data, [DataPart.Validation, DataPart.Test], terminal);
        DataSetTable.Write(data, terminal.CreateReportConsole());
        return data.WithLabels(training.Labels);
    }

    private FaceDataSet Load(
        System.CommandLine.ParseResult parsed, string path, VoteRule votes, ImmutableArray<string> expected, Terminal terminal,
            CancellationToken cancellationToken, string? group = null)
    {
        DataSetOptions options = new()
        {
            GroupColumn = group,
            Votes = votes,
            Classes = Names(parsed.GetValue(_classes)),
            IgnoredLabels = [.. (parsed.GetValue(_ignoredLabels) ?? []).SelectMany(list => Names(list))],
            MayLackIgnored = parsed.GetValue(_validation) is not null || parsed.GetValue(_more) is { Length: > 0 },
            ExpectedClasses = expected.IsDefault ? [] : expected,
        };
        try
        {
            FaceDataSet data = FaceDataSet.Load(path, options, cancellationToken);
            SkippedFileLines.Write(data.Name, data.Skipped, terminal);
            SkippedFileLines.WriteWarnings(data, terminal);
            return data;
        }
        catch (Exception e) when (e is DataSetFormatException or IOException or UnauthorizedAccessException)
        {
            if (e is DataSetFormatException format) SkippedFileLines.Write(path, format.Skipped, terminal);
            throw new CommandException(ExitCode.InputFailed, e is DataSetFormatException ? e.Message : Message.Of(e, path));
        }
    }
}
