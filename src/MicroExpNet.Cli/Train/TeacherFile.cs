using System.Collections.Immutable;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Cli.Train;

/// <summary>A teacher's logits that were written before.</summary>
internal static class TeacherFile
{
    /// <summary>The logits of each face; none where no file is named.</summary>
    public static ImmutableArray<float[]> Read(string? path, FaceDataSet data) => Load(path, data)?.For(data) ?? [];

    /// <summary>All logits in the file, which every face of the data set has; null where no file is named.</summary>
    /// <exception cref="CommandException">The file can't be read, or lacks a face.</exception>
    public static TeacherLogits? Load(string? path, FaceDataSet data)
    {
        if (path is null) return null;
        try
        {
            TeacherLogits logits = TeacherLogits.Load(path, data.Labels);
            _ = logits.For(data);
            return logits;
        }
        catch (Exception e) when (e is DataSetFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputFailed, e is DataSetFormatException ? e.Message : Message.Of(e, path));
        }
    }
}
