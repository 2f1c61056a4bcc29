namespace MicroExpNet.Web;

/// <summary>The program has nothing to do: the worker starts the runtime and calls <see cref="Exports"/>.</summary>
internal static class Program
{
    private static void Main()
    {
    }
}
