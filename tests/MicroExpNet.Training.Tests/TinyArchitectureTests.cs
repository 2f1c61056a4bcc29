using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Tests;

public sealed class TinyArchitectureTests
{
    [Fact]
    public void It_is_smaller_than_the_papers_network_and_does_little_more_than_half_of_its_work()
    {
        Architecture tiny = TinyArchitecture.Create(), paper = OriginalArchitectures.MicroExpNet();
        Assert.Equal(60_664, tiny.ParameterCount);
        Assert.True(tiny.MultiplyAdds * 1.8 <= paper.MultiplyAdds, $"{tiny.MultiplyAdds} multiply-adds, the paper's {paper.MultiplyAdds}");
        Assert.Equal(new TensorShape(48, 48, 1), tiny.Input);
        Assert.Equal(paper.Labels, tiny.Labels);
    }

    [Fact]
    public void It_needs_a_class()
    {
        Assert.Equal("labels", Assert.Throws<ArgumentException>(() => TinyArchitecture.Create([])).ParamName);
        Model model = ExpressionRecognizer.Default.Network.Model;
        Assert.Equal("labels", Assert.Throws<ArgumentException>(() => FineTuning.Architecture(model, [])).ParamName);
    }

    [Fact]
    public void It_learns()
    {
        FaceDataSet data = Shapes.Create(96, side: 48);
        TrainingOptions options = new() { Epochs = 12, BatchSize = 32, LearningRate = 3e-3, BatchNormalization = true };
        TrainingResult result = new Trainer(
            options, TinyArchitecture.Create(data.Labels), data)
        { Validation = Shapes.Create(60, side: 48, seed: 2) }
            .Run(null, TestContext.Current.CancellationToken);
        Assert.InRange(result.Validation!.Accuracy, 0.9, 1);
    }
}
