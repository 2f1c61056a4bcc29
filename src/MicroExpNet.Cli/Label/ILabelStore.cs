namespace MicroExpNet.Cli.Label;

/// <summary>Where a run's parts, plan and journals are kept: a folder, or a bucket of an object store.</summary>
internal interface ILabelStore
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>Lists files.</summary>
    /// <param name="prefix">How their names start; a folder's ends with <c>/</c>.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    IReadOnlyList<StoredFile> List(string prefix);

    /// <summary>Whether a file is there.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="IOException">That cannot be found out.</exception>
    bool Exists(string name);

    /// <summary>Opens a file for reading; the stream can seek.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    Stream OpenRead(string name);

    /// <summary>Starts a file, which appears whole when it is committed.</summary>
    /// <param name="start">How the name of the temporary file starts.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    PendingFile Create(string start);

    /// <summary>Deletes a file; one that is not there is passed over.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    void Delete(string name);

    /// <summary>The tries of a unit that ended without an end.</summary>
    /// <param name="unit">The unit.</param>
    UnitTries ReadTries(PlannedUnit unit);

    /// <summary>Starts a try of a unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="earlier">The tries that ended without an end.</param>
    /// <exception cref="IOException">It cannot be written down.</exception>
    IUnitTry BeginTry(PlannedUnit unit, UnitTries earlier);

    /// <summary>Removes what killed processes left of plans and lists.</summary>
    void RemoveLeftovers();

    /// <summary>Removes the tries of a unit that is done, and what they left.</summary>
    /// <param name="unit">The unit.</param>
    void ForgetTries(PlannedUnit unit);
}
