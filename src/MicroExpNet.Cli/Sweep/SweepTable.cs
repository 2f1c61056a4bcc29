using System.Text;

namespace MicroExpNet.Cli.Sweep;

/// <summary>The results of a sweep as a file that is whole after every training, so that a stopped sweep goes on.</summary>
internal sealed class SweepTable
{
    private const string PlanMark = "# ";

    private readonly string _path;
    private readonly string _plan;
    private readonly List<SweepRow> _rows = [];

    /// <summary>Opens the table and takes over what is done.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">What all trainings have in common, in words.</param>
    /// <exception cref="CommandException">It is another sweep's.</exception>
    public SweepTable(string path, string plan)
    {
        _path = path;
        _plan = plan.ReplaceLineEndings(" ");
        if (!File.Exists(path)) return;
        string[] lines = File.ReadAllLines(path);
        if (lines.Length < 2 || lines[0] != PlanMark + _plan || lines[1] != SweepRow.Header)
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"{path}: the table of another sweep, or none; name another file or remove it");
        }

        _rows.AddRange(lines[2..].Select(SweepRow.Parse).OfType<SweepRow>());
    }

    public IReadOnlyList<SweepRow> Rows => _rows;

    public bool Has(SweepPoint point) => _rows.Exists(row => row.Point == point);

    public void Add(SweepRow row)
    {
        _rows.Add(row);
        StringBuilder text = new($"{PlanMark}{_plan}\n{SweepRow.Header}\n");
        foreach (SweepRow one in _rows) text.Append(one).Append('\n');
        OutputFile.Write(_path, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
