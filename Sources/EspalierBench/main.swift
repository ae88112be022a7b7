import CBCBackend
import Certificates
import Espalier
import ModelIO
import NeuralNetwork

/// Prints, for fixed inputs, our figure and that of the method that published tools use, in one
/// run: every unit and sign by CBC on the big-M encoding, with early stop at a witness.
///
/// CBC's claims prove nothing, so its column counts only what interval bounds and replayed
/// incumbents settle; ours counts verdicts with proof, and its time includes the certificate.

/// Seconds after which a method is stopped.
let secondsPerMethod = 20.0

let models: [(file: String, lower: Double, upper: Double)] = [
  ("models/trained/mnist_25-25_l1-0.0004_s11.onnx", 0, 1),
  ("models/trained/mnist_50-50_l1-0.0004_s11.onnx", 0, 1),
  ("demo/mnist_100-100_l1-0.0004_s11.onnx", 0, 1),
  ("models/trained/mnist_200-200_l1-0.0004_s11.onnx", 0, 1),
  ("models/trained/mnist_100-100-100_l1-0.0004_s11.onnx", 0, 1),
  ("models/trained/digits_16-16_l1-0.001_s11.onnx", 0, 1),
]

func run(
  _ network: Network, _ domain: InputDomain, engines: Set<Engine>
) throws -> (result: StabilityResult, seconds: Double, bytes: Int) {
  let clock = ContinuousClock()
  let start = clock.now
  let deadline = start + .seconds(secondsPerMethod)
  var analysis = try StabilityAnalysis(
    network: network, domain: domain, options: AnalysisOptions(engines: engines),
    decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()),
    stopReason: { clock.now >= deadline ? .seconds : nil })
  let result = analysis.run()
  let bytes = result.certificate(files: [], producer: "bench").encoded.count
  let duration = clock.now - start
  return (
    result, Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds),
    bytes
  )
}

var table = TextTable([
  ("model", .left), ("units", .right), ("ours: decided", .right), ("s", .right),
  ("steps", .right), ("points", .right), ("kB", .right), ("check s", .right),
  ("CBC per unit: decided", .right), ("s", .right), ("ratio", .right),
])
let folder = CommandLine.arguments.dropFirst().first ?? "fixtures"
for entry in models {
  let model = try ModelReader.read(path: "\(folder)/\(entry.file)")
  let domain = try InputDomain(
    box: Box(lower: entry.lower, upper: entry.upper, count: model.network.inputCount))
  let ours = try run(model.network, domain, engines: Set(Engine.allCases))
  let certificate = ours.result.certificate(files: model.files, producer: "bench")
  let clock = ContinuousClock()
  let checkTime = try clock.measure {
    try CertificateChecker.check(
      certificate,
      model: CheckedModel(
        files: model.files, network: model.network, plainLayerCount: model.plainLayerCount))
  }
  let theirs = try run(model.network, domain, engines: [.cbc])
  func decided(_ result: StabilityResult) -> String {
    String(result.verdicts.count { $0.stability != .undecided })
  }
  let isStopped = theirs.seconds >= secondsPerMethod
  table.add([
    InputFile.name(of: entry.file), String(ours.result.verdicts.count), decided(ours.result),
    ShortNumber.text(ours.seconds), String(ours.result.steps.count),
    String(ours.result.points.count), String(ours.bytes / 1000),
    ShortNumber.text(Double(checkTime.components.attoseconds) * 1e-18),
    decided(theirs.result) + (isStopped ? " (stopped)" : ""), ShortNumber.text(theirs.seconds),
    (isStopped ? "> " : "") + ShortNumber.text(theirs.seconds / ours.seconds),
  ])
}
print(table.lines.joined(separator: "\n"))
