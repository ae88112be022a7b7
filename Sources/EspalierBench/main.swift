import Certificates
import CBCBackend
import Espalier
import ExactArithmetic
import MILP
import NeuralNetwork
import Foundation

let arguments = CommandLine.arguments
let engines = Set(arguments[1].split(separator: ",").compactMap { Engine(rawValue: String($0)) })
var totals = [String: Int]()
for path in arguments[2...] {
  let base = path.replacingOccurrences(of: ".net", with: "")
  let network = Network(canonicalBytes: [UInt8](FileManager.default.contents(atPath: path)!))!
  let box = try String(contentsOfFile: base + ".box", encoding: .utf8).split(separator: "\n").map { $0.split(separator: " ").map { Double($0)! } }
  let domain = try InputDomain(box: Box(lower: box[0], upper: box[1]))
  let start = Date()
  let limit = Double(ProcessInfo.processInfo.environment["LIMIT"] ?? "60")!
  var analysis = try StabilityAnalysis(network: network, domain: domain, options: AnalysisOptions(engines: engines), decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()), stopReason: { Date().timeIntervalSince(start) > limit ? .seconds : nil })
  let result = analysis.run()
  let seconds = Date().timeIntervalSince(start)
  let certificate = result.certificate(files: [], producer: "x")
  let bytes = certificate.encoded
  let t1 = Date()
  let decoded = try Certificate(decoding: bytes)
  let t2 = Date()
  precondition(decoded == certificate)
  do { try CertificateChecker.check(decoded, model: CheckedModel(files: [], network: network)) } catch { print("REJECTED", path, error) }
  let t3 = Date()
  var wrong = 0, undecided = 0
  var by: [String: Int] = [:]
  let truth = Dictionary(uniqueKeysWithValues: try String(contentsOfFile: base + ".truth", encoding: .utf8).split(separator: "\n").map { line in let p = line.split(separator: " "); return (UnitID(layer: Int(p[0])!, index: Int(p[1])!), String(p[2])) })
  for v in result.verdicts {
    by["\(v.stability.rawValue)/\(v.settledBy)", default: 0] += 1
    if v.stability == .undecided { undecided += 1; if truth[v.unit] != nil && truth[v.unit] != "undecided" { print("  undecided", v.unit, truth[v.unit] ?? "", v.bounds.lower.approximation, v.bounds.upper.approximation, v.positive as Any, v.negative as Any) }; continue }
    guard let t = truth[v.unit], t != "undecided" else { continue }
    let ok: Bool
    switch t {
    case "identically_zero", "constant_zero": ok = v.stability == .stablyInactive || v.stability == .stablyActive
    default: ok = t.replacingOccurrences(of: "_", with: "-") == v.stability.rawValue
    }
    if !ok { wrong += 1; print("  WRONG", v.unit, t, v.stability) }
  }
  totals["wrong", default: 0] += wrong
  totals["undecided", default: 0] += undecided
  print((path as NSString).lastPathComponent, String(format: "%.3fs decode %.3f check %.3f", seconds, t2.timeIntervalSince(t1), t3.timeIntervalSince(t2)), "units", result.verdicts.count, "wrong", wrong, "undecided", undecided, "bytes", bytes.count, "points", result.points.count, "steps", result.steps.count, by.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " "))
}
print(totals)
