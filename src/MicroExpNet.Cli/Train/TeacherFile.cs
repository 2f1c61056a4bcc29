using System.Collections.Immutable;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Cli.Train;

/// <summary>A teacher's logits that were written before.</summary>
internal static class TeacherFile
{
    /// <summary>The logits of each face; none where no file is named.</summary>
    public static ImmutableArray<float[]> Read(string? path, FaceDataSet data)
    {
        if (path is null) return [];
        try
        {
            return TeacherLogits.Load(path, data.Labels).For(data);
        }
        catch (Exception e) when (e is DataSetFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputFailed, e is DataSetFormatException ? e.Message : Message.Of(e, path));
        }
    }
}
