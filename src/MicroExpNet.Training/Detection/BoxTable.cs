using System.Globalization;
using MicroExpNet.Training.DataSets;
using Sylvan.Data.Csv;

namespace MicroExpNet.Training.Detection;

/// <summary>The lines of a <c>boxes.csv</c> or <c>expressions.csv</c>, of which each is a face of a picture.</summary>
internal sealed class BoxTable : IDisposable
{
    /// <summary>What the table of faces is called, in whatever case.</summary>
    public const string BoxFile = "boxes.csv";

    /// <summary>What the table of expressions is called, in whatever case.</summary>
    public const string ExpressionFile = "expressions.csv";

    private const string ExpectedBoxes = "file,width,height,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y";
    private const string ExpectedExpressions = "file,x,y,w,h,expression";

    // A tight box and Haar's square on the same face have the same middle; the square's side is this times the box's mean side.
    private const float SquareOfTightBox = 1.07f;
    private const int BoxColumns = 4;

    // Of a face's side: how far from the middle of the box an eye may be. Those of a face in profile lie at its edge.
    private const float MaxEyeDistance = 1;

    // Some tables call the eyes by number.
    private static readonly string[][] Columns =
    [
        ["x"], ["y"], ["w"], ["h"],
        ["left_eye_x", "eye1_x"], ["left_eye_y", "eye1_y"], ["right_eye_x", "eye2_x"], ["right_eye_y", "eye2_y"],
    ];

    private readonly StreamReader _reader;
    private readonly string _set;
    private readonly string _name;
    private readonly string _folder;
    private readonly string _above;
    private readonly bool _needsScores;
    private readonly Func<string, bool> _isFile;
    private readonly int[] _columns;
    private readonly int _file;
    private readonly int? _width, _height, _score;
    private readonly int? _expression;
    private readonly float[] _values;

    private BoxTable(FileSource source, string set, string name, bool needsScores, bool hasExpressions)
    {
        HashSet<string> files = [.. source.Files];
        (_set, _name, _needsScores, _isFile) = (set, name, needsScores, files.Contains);
        _folder = name[..^Path.GetFileName(name).Length];
        _above = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Join(set, _folder)))) + "/";
        _reader = TextFile.Open(new MemoryStream(source.Read(name)), $"{set}: {name}");
        try
        {
            Csv = CsvDataReader.Create(_reader, new CsvDataReaderOptions { Comment = CsvComment.None, HasHeaders = true });
            string expected = hasExpressions ? ExpectedExpressions : ExpectedBoxes;
            _columns = [.. Columns.Take(hasExpressions ? BoxColumns : Columns.Length).Select(names => Column(names, expected))];
            _file = Column(["file"], expected);
            if (hasExpressions) _expression = Column(["expression"], expected);
            (_width, _height, _score) = (FindColumn("width"), FindColumn("height"), FindColumn("score"));
            if (needsScores) _score = Column(["score"], expected + ",score");
        }
        catch
        {
            _reader.Dispose();
            throw;
        }

        _values = new float[_columns.Length];
    }

    /// <summary>The table, at its current line.</summary>
    public CsvDataReader Csv { get; }

    /// <summary>Where the line stands, for messages.</summary>
    public string Place => $"{_name}, line {Csv.RowNumber + 1}";

    /// <summary>The line's picture: the file's name in its set, where it is there.</summary>
    public string Picture { get; private set; } = "";

    /// <summary>The line's face; null where it says that the picture has none.</summary>
    public PlacedFace? Face { get; private set; }

    /// <summary>The picture's size; null where the line does not say.</summary>
    public (int Width, int Height)? Size { get; private set; }

    /// <summary>The line's expressions, of which each would be right; empty in a table of boxes.</summary>
    public IReadOnlyList<string> Expressions { get; private set; } = [];

    /// <summary>Why the line cannot be used; null where it can.</summary>
    public string? Fault { get; private set; }

    /// <summary>Opens a table of faces.</summary>
    /// <param name="source">The set's files.</param>
    /// <param name="set">The set's name, for messages.</param>
    /// <param name="name">The table, one of the files.</param>
    /// <param name="needsScores">Whether each face needs a score.</param>
    /// <exception cref="DataSetFormatException">A column is missing.</exception>
    public static BoxTable OpenBoxes(FileSource source, string set, string name, bool needsScores = false) =>
        new(source, set, name, needsScores, hasExpressions: false);

    /// <summary>Opens a table of expressions.</summary>
    /// <param name="source">The set's files.</param>
    /// <param name="set">The set's name, for messages.</param>
    /// <param name="name">The table, one of the files.</param>
    /// <exception cref="DataSetFormatException">A column is missing.</exception>
    public static BoxTable OpenExpressions(FileSource source, string set, string name) =>
        new(source, set, name, needsScores: false, hasExpressions: true);

    /// <summary>The tables of a name among a set's files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="name">The name.</param>
    public static IEnumerable<string> Of(IEnumerable<string> files, string name) =>
        files.Where(file => Path.GetFileName(file).Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Side of the square, as OpenCV's Haar cascade draws it, on a face with some box: a tight one where it is taller than
    /// wide.</summary>
    public static float SquareSide(float width, float height) =>
        height > width * 1.01f ? SquareOfTightBox * (width + height) / 2 : (width + height) / 2;

    /// <summary>Reads the next line.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Read()
    {
        do
        {
            if (!Csv.Read()) return false;
        }
        while (CsvText.IsBlank(Csv));

        Picture = Locate(Csv.GetString(_file));
        (Face, Size, Expressions, Fault) = (null, null, [], null);
        bool hasFace = _columns.Any(column => !Csv.GetFieldSpan(column).IsEmpty);
        Fault = ReadSize() ?? (hasFace || _expression is not null ? ReadFace() : null);
        if (Fault is null && _expression is { } column) Fault = ReadExpressions(column);
        return true;
    }

    public void Dispose()
    {
        Csv.Dispose();
        _reader.Dispose();
    }

    private static PlacedFace FaceOf(float[] values, bool hasEyes)
    {
        (float x, float y, float width, float height) = (values[0], values[1], values[2], values[3]);
        float side = SquareSide(width, height);
        if (!hasEyes) return new PlacedFace(x + (width / 2), y + (height / 2), side, Eyes: null);
        EyePositions eyes = new(values[4], values[5], values[6], values[7]);

        // Some call the person's left eye the left one.
        if (eyes.LeftX > eyes.RightX) eyes = new EyePositions(eyes.RightX, eyes.RightY, eyes.LeftX, eyes.LeftY);
        return new PlacedFace(x + (width / 2), y + (height / 2), side, eyes);
    }

    private static bool AreNear(EyePositions eyes, PlacedFace face)
    {
        float reach = MaxEyeDistance * face.Side;
        return Math.Abs(eyes.LeftX - face.X) <= reach && Math.Abs(eyes.RightX - face.X) <= reach
            && Math.Abs(eyes.LeftY - face.Y) <= reach && Math.Abs(eyes.RightY - face.Y) <= reach;
    }

    // Beside the table, or from the root on, or from above the root on, as some write it.
    private string Locate(string name)
    {
        string relative = name.Replace('\\', '/');
        while (relative.StartsWith("./", StringComparison.Ordinal)) relative = relative[2..];
        string[] places = relative.StartsWith(_above, StringComparison.Ordinal)
            ? [_folder + name, _folder + relative, name, relative, _folder + relative[_above.Length..]]
            : [_folder + name, _folder + relative, name, relative];
        return places.FirstOrDefault(_isFile) ?? _folder + name;
    }

    private string? ReadSize()
    {
        if (_width is not { } across || _height is not { } down) return null;
        ReadOnlySpan<char> width = Csv.GetFieldSpan(across), height = Csv.GetFieldSpan(down);
        if (width.IsEmpty && height.IsEmpty) return null;
        if (!int.TryParse(width, CultureInfo.InvariantCulture, out int columns) || columns < 1
            || !int.TryParse(height, CultureInfo.InvariantCulture, out int rows) || rows < 1)
        {
            return $"'{ClassTable.Shown($"{width}×{height}")}' is no size of a picture; expected width and height in pixels";
        }

        Size = (columns, rows);
        return null;
    }

    private string? ReadFace()
    {
        bool isValid = true, hasEyes = _columns.Skip(BoxColumns).Any(column => !Csv.GetFieldSpan(column).IsEmpty);
        for (int i = 0; i < (hasEyes ? _columns.Length : BoxColumns); i++)
        {
            isValid &= float.TryParse(Csv.GetFieldSpan(_columns[i]), NumberStyles.Float, CultureInfo.InvariantCulture, out _values[i])
                && float.IsFinite(_values[i]);
        }

        if (!isValid || !(_values[2] > 0 && _values[3] > 0))
        {
            return _expression is null ? "expected a box and two eyes in pixels, or a box alone" : "expected a box in pixels";
        }

        PlacedFace face = FaceOf(_values, hasEyes);
        if (face.Eyes is { } eyes && !AreNear(eyes, face))
        {
            return "its eyes lie far outside its box; expected both in pixels of the picture";
        }

        float score = 1;
        ReadOnlySpan<char> written = _score is { } column ? Csv.GetFieldSpan(column) : [];
        if ((!written.IsEmpty || _needsScores)
            && !(float.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out score) && score is >= 0 and <= 1))
        {
            return $"score '{ClassTable.Shown(written.ToString())}'; expected a number from 0 to 1";
        }

        Face = face with { Score = score };
        return null;
    }

    private string? ReadExpressions(int column)
    {
        string written = Csv.GetString(column);
        string[] names = [.. written.Split('|').Select(name => name.Trim())];
        if (!names.All(name => ExpressionScores.Names.Any(known => ClassNames.Find([known], name) == 0)))
        {
            return $"expression '{ClassTable.Shown(written)}'; expected {string.Join(", ", ExpressionScores.Names)}, or several with " +
                "| between them";
        }

        Expressions = names;
        return null;
    }

    private int? FindColumn(string name)
    {
        for (int i = 0; i < Csv.FieldCount; i++)
        {
            if (Csv.GetName(i) == name) return i;
        }

        return null;
    }

    private int Column(string[] names, string expected) =>
        names.Select(FindColumn).FirstOrDefault(found => found is not null)
        ?? throw new DataSetFormatException($"{_set}: {_name} has no column '{names[0]}'; expected {expected}");
}
