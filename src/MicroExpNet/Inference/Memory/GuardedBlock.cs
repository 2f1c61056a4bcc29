#if GUARD_PAGES
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MicroExpNet.Inference.Memory;

/// <summary>
/// Memory between two unreadable pages, for test builds: a read or write outside ends the process at once. The block is pushed against
/// the page after it, as far as its alignment allows; what remains on its own pages is filled with canaries, which are checked when the
/// block is released and whenever scratch memory is returned.
/// </summary>
internal sealed unsafe partial class GuardedBlock
{
    private const byte Canary = 0xC5;

    private readonly nint _start;
    private readonly nint _readable;
    private readonly nint _length;

    /// <summary>Reserves a block of zeros.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="alignment">What its address is a multiple of; a power of 2, at most a page.</param>
    public GuardedBlock(nint length, int alignment)
    {
        nint page = Environment.SystemPageSize, aligned = (length + alignment - 1) / alignment * alignment;
        _length = length;
        _readable = Math.Max((aligned + page - 1) / page * page, page);
        _start = Reserve(page, _readable);
        Pointer = _start + page + _readable - aligned;
        GC.AddMemoryPressure(_readable);
        Before.Fill(Canary);
        After.Fill(Canary);
    }

    ~GuardedBlock()
    {
        CheckCanaries();
        Release(_start, _readable + (2 * Environment.SystemPageSize));
        GC.RemoveMemoryPressure(_readable);
    }

    /// <summary>The first byte.</summary>
    public readonly nint Pointer;

    private Span<byte> Before => new((void*)(_start + Environment.SystemPageSize), (int)(Pointer - _start - Environment.SystemPageSize));

    private Span<byte> After => new((void*)(Pointer + _length), (int)(_start + Environment.SystemPageSize + _readable - Pointer - _length));

    /// <summary>Ends the process if a byte right before or after the block was written.</summary>
    public void CheckCanaries()
    {
        if (Before.ContainsAnyExcept(Canary)) Environment.FailFast($"memory before a block of {_length} bytes was written");
        if (After.ContainsAnyExcept(Canary)) Environment.FailFast($"memory after a block of {_length} bytes was written");
    }

    private static nint Reserve(nint page, nint readable)
    {
        if (OperatingSystem.IsWindows())
        {
            const uint ReserveOnly = 0x2000, Commit = 0x1000, NoAccess = 0x01, ReadWrite = 0x04;
            nint start = VirtualAlloc(0, (nuint)(readable + (2 * page)), ReserveOnly, NoAccess);
            return start != 0 && VirtualAlloc(start + page, (nuint)readable, Commit, ReadWrite) != 0 ? start : throw new Win32Exception();
        }
        else
        {
            const int None = 0, ReadWrite = 3, Private = 2;
            int anonymous = OperatingSystem.IsMacOS() ? 0x1000 : 0x20;
            nint start = Map(0, (nuint)(readable + (2 * page)), None, Private | anonymous, -1, 0);
            return start != -1 && Protect(start + page, (nuint)readable, ReadWrite) == 0 ? start : throw new Win32Exception();
        }
    }

    private static void Release(nint start, nint length)
    {
        const uint ReleaseAll = 0x8000;
        if (OperatingSystem.IsWindows()) VirtualFree(start, 0, ReleaseAll);
        else Unmap(start, (nuint)length);
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint VirtualAlloc(nint address, nuint length, uint type, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(nint address, nuint length, uint type);
}
#endif
