using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MicroExpNet.Cli;

/// <summary>The three streams a process is started with, any of which may be closed.</summary>
internal static class StandardStreams
{
    private const int LastStandard = 2;
    private const int GetDescriptorFlags = 1, CloseOnExecute = 1, GetStatusFlags = 3, AccessMode = 3, ReadOnly = 0, WriteOnly = 1;

    // Kept for ever: their numbers are those of the closed streams, which no file of ours may get.
    private static readonly List<SafeFileHandle> Fillers = [];

    /// <summary>Which of the streams (0 input, 1 output, 2 error) the process was started with. To be called before a file is
    /// opened.</summary>
    public static bool[] FindOpen()
    {
        if (OperatingSystem.IsWindows()) return [true, true, true];
        bool[] open = [IsInherited(0, WriteOnly), IsInherited(1, ReadOnly), IsInherited(LastStandard, ReadOnly)];
        while (true)
        {
            // A new file gets the lowest number that is free.
            SafeFileHandle filler = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (filler.DangerousGetHandle() > LastStandard)
            {
                filler.Dispose();
                return open;
            }

            Fillers.Add(filler);
        }
    }

    // What .NET itself has opened since under a closed stream's number is closed at the start of another program, or open the other way
    // only; what a process is started with is neither.
    private static bool IsInherited(int descriptor, int wrongMode)
    {
        try
        {
            int flags = FileControl(descriptor, GetDescriptorFlags);
            return flags >= 0 && (flags & CloseOnExecute) == 0 && (FileControl(descriptor, GetStatusFlags) & AccessMode) != wrongMode;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return true;
        }
    }

    [DllImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FileControl(int descriptor, int command);
}
