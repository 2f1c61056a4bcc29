using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroExpNet.Server.Host;

/// <summary>Answers HEAD where GET is answered; Kestrel leaves the body out.</summary>
internal static class HeadAnswers
{
    /// <summary>Lets endpoints that take GET take HEAD too.</summary>
    /// <param name="endpoints">The endpoints.</param>
    public static void AnswerHead(this IEndpointConventionBuilder endpoints) => endpoints.Add(endpoint =>
    {
        for (int i = 0; i < endpoint.Metadata.Count; i++)
        {
            if (endpoint.Metadata[i] is IHttpMethodMetadata { HttpMethods: { } methods } && methods.Contains(HttpMethods.Get))
            {
                endpoint.Metadata[i] = new HttpMethodMetadata([.. methods, HttpMethods.Head]);
            }
        }
    });
}
