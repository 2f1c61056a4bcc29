namespace MicroExpNet.Cli.Label;

/// <summary>The names within an output that are not parts. Readers of tables pass over names that start with an underscore.</summary>
internal static class LabelFolders
{
    /// <summary>The folder of all that is not parts.</summary>
    public const string Own = "_label/";

    /// <summary>The file with the key of the plan that was last worked on.</summary>
    public const string CurrentPlan = Own + "current-plan";

    /// <summary>The folder of the tries of units.</summary>
    public const string Tries = Own + "tries/";

    /// <summary>The folder of the units that were given up.</summary>
    public const string GivenUp = Own + "given-up/";

    /// <summary>The folder of files that are being written.</summary>
    public const string Temporary = Own + "temporary/";
}
