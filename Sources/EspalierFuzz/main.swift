/// Feeds the readers with bytes that nobody meant.
///
/// `EspalierFuzz flips fixtures [count]` damages every valid fixture that many times (1,000), and
/// `EspalierFuzz read target file…` reads files once. A build for fuzzing (`make fuzz`) hands over
/// to libFuzzer instead if the environment names a target in `FUZZ_TARGET`.

let arguments = CommandLine.arguments.dropFirst()
#if FUZZER
  FuzzerDriver.runIfAsked()
#endif
switch arguments.first {
case "flips":
  var run = FlipRun(folder: arguments.dropFirst().first ?? "fixtures")
  run.countPerFile = arguments.dropFirst(2).first.flatMap { Int($0) } ?? run.countPerFile
  try run.run()
  print(run.lines.joined(separator: "\n"))
case "read":
  guard let target = arguments.dropFirst().first.flatMap(FuzzTarget.init(rawValue:)) else {
    fallthrough
  }
  for path in arguments.dropFirst(2) {
    let place = target.placeOfFuzzedFile
    print("\(path): \(try target.refusal(of: InputBytes.read(path), at: place) ?? "a value")")
  }
default:
  let targets = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
  print("usage: EspalierFuzz flips fixtures [count] | EspalierFuzz read target file…")
  print("targets: \(targets)")
}
