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
  return (result, seconds(clock.now - start), bytes)
}

func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds)
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
    ShortNumber.text(seconds(checkTime)),
    decided(theirs.result) + (isStopped ? " (stopped)" : ""), ShortNumber.text(theirs.seconds),
    (isStopped ? "> " : "") + ShortNumber.text(theirs.seconds / ours.seconds),
  ])
}
print(table.lines.joined(separator: "\n"))

/// Finding proofs against checking them, on networks that need many leaves.
let proofs: [(file: String, domain: String)] = [
  ("models/trained/mnist_50-50_l1-0.0002_s11.onnx", "domains/mnist_test00007_px64.json"),
  ("models/trained/mnist_50-50_l1-0.0002_s11.onnx", "domains/mnist_test00007_px13.json"),
  ("models/thirdparty/ACASXU_run2a_2_5_batch_2000.onnx", "domains/prop_3.vnnlib"),
  ("models/thirdparty/ACASXU_run2a_3_3_batch_2000.onnx", "domains/prop_4.vnnlib"),
]
var proofTable = TextTable([
  ("model", .left), ("domain", .left), ("steps", .right), ("leaves", .right),
  ("find s", .right), ("check s", .right), ("ratio", .right), ("leaves/s", .right),
])
for entry in proofs {
  let model = try ModelReader.read(path: "\(folder)/\(entry.file)")
  let domain = try DomainReader.read(
    path: "\(folder)/\(entry.domain)", inputCount: model.network.inputCount
  ).domain
  let ours = try run(model.network, domain, engines: Set(Engine.allCases))
  let certificate = ours.result.certificate(files: model.files, producer: "bench")
  let checked = CheckedModel(
    files: model.files, network: model.network, plainLayerCount: model.plainLayerCount)
  let clock = ContinuousClock()
  let summary = try CertificateChecker.check(certificate, model: checked).summary
  let checkTime = try clock.measure { try CertificateChecker.check(certificate, model: checked) }
  // The steps alone, without points and verdicts: what a leaf costs.
  let network = ExactNetwork(model.network)
  let replayTime = try clock.measure {
    _ = try CertificateChecker.replay(certificate.steps, network: network, domain: domain)
  }
  proofTable.add([
    InputFile.name(of: entry.file), InputFile.name(of: entry.domain),
    String(summary.stepCount), String(summary.leafCount), ShortNumber.text(ours.seconds),
    ShortNumber.text(seconds(checkTime)), ShortNumber.text(ours.seconds / seconds(checkTime)),
    String(Int(Double(summary.leafCount) / seconds(replayTime))),
  ])
}
print()
print(proofTable.lines.joined(separator: "\n"))
