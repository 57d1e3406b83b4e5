// The signatures of RestSharp 111 that a snippet names; nothing runs.
using System;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace RestSharp
{
    public enum Method { Get, Post }

    public enum DataFormat { Json, Xml, Binary, None }

    public class RestResponse
    {
        public bool IsSuccessful { get; set; }
        public HttpStatusCode StatusCode { get; set; }
        public string Content { get; set; }
        public string ErrorMessage { get; set; }
    }

    public class RestRequest
    {
        public RestRequest(string resource, Method method = Method.Get) { }
        public TimeSpan? Timeout { get; set; }
    }

    public static class RestRequestExtensions
    {
        public static RestRequest AddHeader(this RestRequest request, string name, string value) { return request; }
        public static RestRequest AddStringBody(this RestRequest request, string body, DataFormat format) { return request; }
    }

    public class RestClient : IDisposable
    {
        public Task<RestResponse> ExecuteAsync(RestRequest request, CancellationToken token = default(CancellationToken)) { return null; }
        public Task<Stream> DownloadStreamAsync(RestRequest request, CancellationToken token = default(CancellationToken)) { return null; }
        public void Dispose() { }
    }
}
