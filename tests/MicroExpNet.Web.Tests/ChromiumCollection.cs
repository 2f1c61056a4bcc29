namespace MicroExpNet.Web.Tests;

/// <summary>The tests that share one Chromium; they run one after another, for each wants a processor of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ChromiumCollection : ICollectionFixture<Chromium>
{
    internal const string Name = "Chromium";
}
