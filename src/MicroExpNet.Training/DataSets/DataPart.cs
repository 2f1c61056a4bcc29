namespace MicroExpNet.Training.DataSets;

/// <summary>The part of a data set a face belongs to, where the data set comes split.</summary>
public enum DataPart
{
    /// <summary>Faces to train on: FER2013's <c>Training</c>, a folder <c>train</c>.</summary>
    Training,

    /// <summary>Faces to choose and calibrate a model with: FER2013's <c>PublicTest</c>, a folder <c>val</c>.</summary>
    Validation,

    /// <summary>Faces to measure the finished model with: FER2013's <c>PrivateTest</c>, a folder <c>test</c>.</summary>
    Test,
}
