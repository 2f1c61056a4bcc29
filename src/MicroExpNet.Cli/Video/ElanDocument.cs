using System.Globalization;
using System.Text;
using System.Xml;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>
/// Writes events as a document of ELAN, the annotation program of the Max Planck Institute for Psycholinguistics: EAF 3.0, a tier for each
/// face, an annotation for each event.
/// </summary>
internal static class ElanDocument
{
    private const string TierType = "expression";
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    // Every document of ELAN's declares these stereotypes of tiers, used or not.
    private static readonly (string Name, string Description)[] Constraints =
    [
        ("Time_Subdivision", "Time subdivision of parent annotation's time interval, no time gaps allowed within this interval"),
        ("Symbolic_Subdivision", "Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered"),
        ("Symbolic_Association", "1-1 association with a parent annotation"),
        ("Included_In", "Time alignable annotations within the parent annotation's time interval, gaps are allowed"),
    ];

    /// <summary>Writes the document.</summary>
    /// <param name="stream">Where to write; left open.</param>
    /// <param name="film">The film's events.</param>
    /// <param name="folder">The folder of the document, from which it finds the film.</param>
    public static void Write(Stream stream, FilmEvents film, string folder)
    {
        XmlWriterSettings settings = new() { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n", CloseOutput = false };
        using XmlWriter xml = XmlWriter.Create(stream, settings);
        xml.WriteStartElement("ANNOTATION_DOCUMENT");
        xml.WriteAttributeString("xsi", "noNamespaceSchemaLocation", Instance, "http://www.mpi.nl/tools/elan/EAFv3.0.xsd");
        xml.WriteAttributeString("AUTHOR", "mexp");
        xml.WriteAttributeString("DATE", DateTimeOffset.Now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));
        xml.WriteAttributeString("FORMAT", "3.0");
        xml.WriteAttributeString("VERSION", "3.0");
        WriteHeader(xml, film, folder);

        // A slot for each time, in the order of time; annotations refer to them.
        long[] times = [.. film.Events.SelectMany(one => new[] { Milliseconds(one.Start), Milliseconds(one.End) }).Distinct().Order()];
        xml.WriteStartElement("TIME_ORDER");
        for (int i = 0; i < times.Length; i++)
        {
            xml.WriteStartElement("TIME_SLOT");
            xml.WriteAttributeString("TIME_SLOT_ID", Slot(i));
            xml.WriteAttributeString("TIME_VALUE", times[i].ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        int annotation = 0;
        foreach (int track in film.Tracks)
        {
            xml.WriteStartElement("TIER");
            xml.WriteAttributeString("LINGUISTIC_TYPE_REF", TierType);
            xml.WriteAttributeString("TIER_ID", FilmEvents.FaceName(track));
            foreach (ExpressionEvent one in film.Events.Where(one => one.Track == track)) WriteAnnotation(xml, one, times, ++annotation);
            xml.WriteEndElement();
        }

        xml.WriteStartElement("LINGUISTIC_TYPE");
        xml.WriteAttributeString("GRAPHIC_REFERENCES", "false");
        xml.WriteAttributeString("LINGUISTIC_TYPE_ID", TierType);
        xml.WriteAttributeString("TIME_ALIGNABLE", "true");
        xml.WriteEndElement();
        foreach ((string name, string description) in Constraints)
        {
            xml.WriteStartElement("CONSTRAINT");
            xml.WriteAttributeString("DESCRIPTION", description);
            xml.WriteAttributeString("STEREOTYPE", name);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    // A Uri made of the bare path would take %41 in a name for an A.
    private static string FileUrl(string full) =>
        "file://" + (full.StartsWith('/') ? "" : "/")
        + string.Join('/', full.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString))
            .Replace("%3A", ":", StringComparison.Ordinal);

    private static void WriteHeader(XmlWriter xml, FilmEvents film, string folder)
    {
        xml.WriteStartElement("HEADER");
        xml.WriteAttributeString("MEDIA_FILE", "");
        xml.WriteAttributeString("TIME_UNITS", "milliseconds");
        if (File.Exists(film.Path))
        {
            string full = Path.GetFullPath(film.Path);
            string relative = Path.GetRelativePath(folder, full).Replace(Path.DirectorySeparatorChar, '/');
            xml.WriteStartElement("MEDIA_DESCRIPTOR");
            xml.WriteAttributeString("MEDIA_URL", FileUrl(full));
            xml.WriteAttributeString("MIME_TYPE", MimeType(full));
            xml.WriteAttributeString(
                "RELATIVE_MEDIA_URL", relative.StartsWith("..", StringComparison.Ordinal) ? relative : $"./{relative}");
            xml.WriteEndElement();
        }

        xml.WriteStartElement("PROPERTY");
        xml.WriteAttributeString("NAME", "lastUsedAnnotationId");
        xml.WriteString(film.Events.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteAnnotation(XmlWriter xml, ExpressionEvent one, long[] times, int number)
    {
        xml.WriteStartElement("ANNOTATION");
        xml.WriteStartElement("ALIGNABLE_ANNOTATION");
        xml.WriteAttributeString("ANNOTATION_ID", $"a{number}");
        xml.WriteAttributeString("TIME_SLOT_REF1", Slot(Array.BinarySearch(times, Milliseconds(one.Start))));
        xml.WriteAttributeString("TIME_SLOT_REF2", Slot(Array.BinarySearch(times, Milliseconds(one.End))));
        xml.WriteElementString("ANNOTATION_VALUE", Text(one.Expression));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    // Without the characters that XML cannot hold.
    private static string Text(string label) =>
        string.Concat(Message.OneLine(label).Select(letter => XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter) ? letter : ' '));

    private static string Slot(int index) => $"ts{index + 1}";

    private static long Milliseconds(TimeSpan time) => (long)Math.Round(time.TotalMilliseconds);

    private static string MimeType(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".mp4" or ".m4v" => "video/mp4",
        ".mov" => "video/quicktime",
        ".mpg" or ".mpeg" => "video/mpeg",
        _ => "video/*",
    };
}
