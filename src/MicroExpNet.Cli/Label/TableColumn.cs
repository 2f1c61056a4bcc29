using System.Text;
using MicroExpNet.Cli.Video;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;
using Parquet;
using Parquet.Schema;
using Sylvan.Data.Csv;

namespace MicroExpNet.Cli.Label;

/// <summary>Reads the column of paths or URLs of a table.</summary>
internal static class TableColumn
{
    private const int MaxRow = 1 << 20;

    private static readonly string[] Names = ["file", "path", "url", "image", "picture", "filename", "file_name", "image_path", "image_url",
        "uri", "location", "key"];

    /// <summary>Reads the column; empty values are passed over.</summary>
    /// <param name="stream">The table, seekable.</param>
    /// <param name="name">Its file name, whose ending says the format.</param>
    /// <param name="column">The column; null for the first that is called file, path, url or the like.</param>
    /// <exception cref="FormatException">There is no such column, or the table is broken.</exception>
    public static IEnumerable<string> Read(Stream stream, string name, string? column) =>
        (name.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? ReadParquet(stream, column) : ReadCsv(stream, column))
        .Where(value => value.Length > 0);

    private static IEnumerable<string> ReadCsv(Stream stream, string? column)
    {
        using StreamReader text = new(stream, Encoding.UTF8);
        using CsvDataReader reader = CsvDataReader.Create(
            text, new CsvDataReaderOptions { HasHeaders = false, Comment = CsvComment.None, MaxBufferSize = MaxRow });
        int index = -1;
        while (Next(reader))
        {
            if (index < 0)
            {
                string[] first = [.. Enumerable.Range(0, reader.RowFieldCount).Select(reader.GetString)];
                index = Find(first, column, isOptional: true);
                if (index >= 0) continue;

                // A table without a header: the first column that holds a picture's name.
                index = column is null ? Array.FindIndex(first, value => Photo.HasPictureName(value) || FilmList.HasFilmName(value)) : -1;
                if (index < 0) Find(first, column, isOptional: false);
            }

            if (index < reader.RowFieldCount) yield return reader.GetString(index);
        }
    }

    private static bool Next(CsvDataReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException e)
        {
            throw new FormatException($"row {reader.RowNumber + 1} is broken: {Message.OneLine(e.Message)}", e);
        }
    }

    private static IEnumerable<string> ReadParquet(Stream stream, string? column)
    {
        ParquetReader reader;
        try
        {
            reader = ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or CommandException))
        {
            throw new FormatException($"not a whole Parquet file: {Message.OneLine(e.Message)}", e);
        }

        try
        {
            DataField[] fields = reader.Schema.GetDataFields();
            DataField field = fields[Find([.. fields.Select(one => one.Name)], column, isOptional: false)];
            for (int i = 0; i < reader.RowGroupCount; i++)
            {
                foreach (string? value in ReadGroup(reader, i, field)) yield return value ?? "";
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static string?[] ReadGroup(ParquetReader reader, int number, DataField field)
    {
        try
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(number);
            string?[] values = new string?[checked((int)group.RowCount)];
            group.ReadAsync(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
            return values;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or CommandException))
        {
            throw new FormatException($"its column {field.Name} cannot be read as texts: {Message.OneLine(e.Message)}", e);
        }
    }

    private static int Find(string[] columns, string? wanted, bool isOptional)
    {
        int index = wanted is not null
            ? Array.FindIndex(columns, column => column.Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase))
            : Array.FindIndex(columns, column => Names.Contains(column.Trim(), StringComparer.OrdinalIgnoreCase));
        return index >= 0 || isOptional
            ? index
            : throw new FormatException(
                $"no column {wanted ?? "of paths or URLs"}; its columns are {string.Join(", ", columns)}"
                + (wanted is null ? "; name one with --column" : ""));
    }
}
