// Mono's compiler wants a Main that is not async; this one runs the snippet's.
using System.Reflection;
using System.Threading.Tasks;

class Entry
{
    static void Main()
    {
        var main = typeof(Program).GetMethod("Main", BindingFlags.Static | BindingFlags.NonPublic);
        ((Task)main.Invoke(null, null)).GetAwaiter().GetResult();
    }
}
