using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MicroExpNet.Architectures;

namespace MicroExpNet.Tests;

public partial class ExpressionScoresTests
{
    private const string Json =
        """{"neutral":0.5,"anger":0,"contempt":0.125,"disgust":0,"fear":0,"happy":0.25,"sadness":0,"surprise":0.125}""";

    private static readonly ExpressionScores Scores = new([0.5f, 0, 0.125f, 0, 0, 0.25f, 0, 0.125f]);

    [Fact]
    public void Scores_are_json_by_name_and_read_back_with_and_without_reflection()
    {
        Assert.Equal(Json, JsonSerializer.Serialize(Scores));
        Assert.Equal(Scores, JsonSerializer.Deserialize<ExpressionScores>(Json));
        Assert.Equal(Json, JsonSerializer.Serialize(Scores, Context.Default.ExpressionScores));
        Assert.Equal(Scores, JsonSerializer.Deserialize(Json, Context.Default.ExpressionScores));
        float[] odd = [.. Enumerable.Range(1, 8).Select(i => 1f / (i * i * 3))];
        ExpressionScores rounded = JsonSerializer.Deserialize<ExpressionScores>(JsonSerializer.Serialize(new ExpressionScores(odd)));
        Assert.Equal(new ExpressionScores(odd), rounded);
    }

    [Theory]
    [InlineData("[]", "expected an object of probabilities by name")]
    [InlineData("{}", "'neutral' is missing")]
    [InlineData("""{"neutral":0.5,"neutral":0.5}""", "'neutral' stands there twice")]
    [InlineData("""{"bored":0.5}""", "'bored' is not one of neutral, anger, contempt, disgust, fear, happy, sadness, surprise")]
    [InlineData("""{"neutral":"0.5"}""", "'neutral' has no number; expected a probability, 0 to 1")]
    [InlineData("""{"neutral":1e39}""", "'neutral' has no number; expected a probability, 0 to 1")]
    [InlineData("""{"neutral":null}""", "'neutral' has no number; expected a probability, 0 to 1")]
    [InlineData("""{"neutral":{"neutral":1}}""", "'neutral' has no number; expected a probability, 0 to 1")]
    public void Other_json_is_refused_in_a_line(string json, string message) =>
        Assert.StartsWith(
            message, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ExpressionScores>(json)).Message,
                StringComparison.Ordinal);

    [Fact]
    public void Scores_enumerate_as_pairs_in_order()
    {
        Assert.Equal(Enum.GetValues<Expression>(), Scores.Select(pair => pair.Key));
        Assert.All(Scores, pair => Assert.Equal(Scores[pair.Key], pair.Value));
    }

    [Fact]
    public void Names_are_the_labels_of_the_original()
    {
        Assert.Equal(OriginalArchitectures.DefaultLabels, ExpressionScores.Names);
        Assert.Equal(ExpressionScores.Names, Enum.GetValues<Expression>().Select(ExpressionScores.NameOf));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpressionScores.NameOf((Expression)8));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpressionScores.NameOf((Expression)(-1)));
    }

    [Fact]
    public void The_text_is_the_most_probable_expression()
    {
        Assert.Equal("Neutral 50.0%", Scores.ToString());
        Assert.Equal("Neutral 50.0%", string.Create(CultureInfo.InvariantCulture, $"{Scores}"));
        Assert.Equal("Neutral 0.50", string.Create(CultureInfo.InvariantCulture, $"{Scores:0.00}"));
        CultureInfo comma = new(CultureInfo.InvariantCulture.LCID) { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = "," } };
        Assert.Equal("Neutral 50,0%", Scores.ToString(null, comma));
    }

    [JsonSerializable(typeof(ExpressionScores))]
    private sealed partial class Context : JsonSerializerContext;
}
