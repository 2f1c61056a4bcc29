namespace MicroExpNet.Inference.Steps;

/// <summary>The numbers of rows that register tiles come in.</summary>
internal static class RowCounts
{
    public readonly struct One : IRowCount
    {
        public static int Count => 1;
    }

    public readonly struct Two : IRowCount
    {
        public static int Count => 2;
    }

    public readonly struct Three : IRowCount
    {
        public static int Count => 3;
    }

    public readonly struct Four : IRowCount
    {
        public static int Count => 4;
    }

    public readonly struct Five : IRowCount
    {
        public static int Count => 5;
    }

    public readonly struct Six : IRowCount
    {
        public static int Count => 6;
    }
}
