import Certificates
import Espalier
import ExactArithmetic
import NeuralNetwork
import Testing

/// A network on a domain whose regions are claimed and counted; any number of inputs.
struct RegionScene {
  let subject: Subject
  let domain: InputDomain
  let member: [Dyadic]
  let proved: ProofState
  let layerCount: Int

  /// A scene from its parts; intervals are those of propagation alone.
  ///
  /// - Parameter member: A point of the domain; the middle of the box if none is given.
  init(
    _ network: Network, _ domain: InputDomain, member: [Double]? = nil, layerCount: Int
  ) throws {
    subject = Subject(try ModelBytes(writing: network, name: "model.onnx"))
    self.domain = domain
    let middle = zip(domain.box.lower, domain.box.upper).map { ($0 + $1) / 2 }
    self.member = (member ?? middle).map { Dyadic($0) }
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    proved = state
    self.layerCount = layerCount
  }

  var network: Network { subject.model.network }

  /// What is true.
  var census: RegionCensus {
    RegionCensus(network, domain, proved.intervals, layerCount: layerCount)
  }

  /// The parts as the checker finds them.
  var parts: [[UnitID]] { RegionParts.parts(of: proved, layerCount: layerCount) }

  /// A certificate that claims regions and nothing of any unit.
  func certificate(_ claim: RegionClaim?) -> Certificate {
    Certificate(
      producer: "attack",
      model: ModelBinding(files: subject.model.checked.files, networkDigest: network.digest),
      domain: domain, points: [member], member: domain.isBox ? nil : 0, steps: [],
      verdicts: network.reluUnits.map { Scene.undecided($0, Scene.widest) }, regions: claim)
  }

  /// A certificate for these nodes that claims these counts.
  func certificate(counts: [[Int]], _ nodes: [RegionNode]) -> Certificate {
    certificate(RegionClaim(layerCount: layerCount, counts: counts, nodes: nodes))
  }

  /// What a search finds.
  ///
  /// - Throws: `RegionFailure` if it finds no certificate.
  func searched(by engine: RegionEngine) throws -> RegionClaim {
    let options = RegionOptions(engine: engine, layerCount: layerCount, hasProof: true)
    var nodes: [RegionNode] = []
    let result = try RegionCounter(proved: proved, options: options).run(
      onNodes: { nodes += $0 }, goesOn: { _ in true })
    try #require(result.isComplete)
    return RegionClaim(layerCount: layerCount, counts: result.parts.map(\.counts), nodes: nodes)
  }
}
