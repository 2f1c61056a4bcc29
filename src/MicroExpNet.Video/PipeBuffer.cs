using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace MicroExpNet.Video;

/// <summary>
/// Linux gives a pipe 64 KiB: a frame of 640×480 then goes through it in five parts, and for each of them writer and reader wake each
/// other.
/// </summary>
internal static partial class PipeBuffer
{
    // F_SETPIPE_SZ, and the most that Linux lets every user have.
    private const int SetPipeSize = 1031, Bytes = 1 << 20;

    /// <summary>Makes a pipe's buffer larger, where the system can.</summary>
    /// <param name="stream">The pipe's end.</param>
    public static void Enlarge(Stream stream)
    {
        if (OperatingSystem.IsLinux() && stream is PipeStream pipe) _ = Control(pipe.SafePipeHandle, SetPipeSize, Bytes);
    }

    // Where it fails, the pipe stays as it is.
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeHandle pipe, int command, int bytes);
}
