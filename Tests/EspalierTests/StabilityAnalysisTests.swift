import CBCBackend
import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import Testing

@testable import Espalier

/// Verdicts of the whole ladder on random networks: checked, consistent with every sample, and the
/// same by whatever engines.
@Suite struct StabilityAnalysisTests {
  private func analyze(
    _ network: Network, _ domain: InputDomain, engines: Set<Engine> = Set(Engine.allCases),
    seed: UInt64 = 1, stopReason: @escaping () -> Limit? = { nil }
  ) throws -> StabilityResult {
    var analysis = try StabilityAnalysis(
      network: network, domain: domain,
      options: AnalysisOptions(engines: engines, seed: seed, sampleCount: 64),
      decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()),
      stopReason: stopReason)
    return analysis.run()
  }

  private func expectAccepted(_ result: StabilityResult, _ network: Network) throws {
    let certificate = result.certificate(files: [], producer: "test")
    let decoded = try Certificate(decoding: certificate.encoded)
    #expect(decoded == certificate)
    try CertificateChecker.check(decoded, model: CheckedModel(files: [], network: network))
  }

  @Test(arguments: 0..<40)
  func randomNetworksAreDecidedAndTheCertificateHolds(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed), identityShare: 0.2)
    let domain = try RandomNetworks.box(for: network)
    let result = try analyze(network, domain)
    #expect(result.verdicts.allSatisfy { $0.stability != .undecided })
    try expectAccepted(result, network)
    let exact = ExactNetwork(network)
    for point in RandomNetworks.points(of: domain, count: 60, seed: UInt64(seed)) {
      let signs = exact.signs(at: point)
      for verdict in result.verdicts {
        let sign = signs[verdict.unit.layer][verdict.unit.index]
        #expect(verdict.stability != .stablyInactive || sign <= 0)
        #expect(verdict.stability != .stablyActive || sign >= 0)
      }
    }
  }

  /// Branching over float relaxations and exact cells share nothing but the checker.
  @Test(arguments: 100..<125)
  func treesAndExactCellsAgree(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed))
    let domain = try RandomNetworks.box(for: network)
    let byTree = try analyze(network, domain, engines: [.tree])
    let byCells = try analyze(network, domain, engines: [.exact])
    let byWitnesses = try analyze(network, domain, engines: [.cbc, .samples])
    for (tree, cells) in zip(byTree.verdicts, byCells.verdicts) {
      #expect(tree.stability == cells.stability || isBoth(tree, cells), "\(tree.unit)")
      #expect(cells.stability != .undecided)
    }
    for (witness, cells) in zip(byWitnesses.verdicts, byCells.verdicts)
    where witness.stability != .undecided {
      #expect(witness.stability == cells.stability || isBoth(witness, cells))
    }
  }

  /// A unit that is zero everywhere may be called either.
  private func isBoth(_ first: Verdict, _ second: Verdict) -> Bool {
    Set([first.stability, second.stability]) == [.stablyActive, .stablyInactive]
  }

  @Test func permutingUnitsPermutesVerdicts() throws {
    let network = try RandomNetworks.integers(seed: 7)
    let domain = try RandomNetworks.box(for: network)
    let first = network.layers[0]
    let order = Array((0..<first.unitCount).reversed())
    let permuted = try Network(
      layers: [
        Layer(
          weights: first.weights.selecting(rows: order, columns: Array(0..<first.inputCount)),
          biases: order.map { first.biases[$0] }, activations: order.map { first.activations[$0] }),
        Layer(
          weights: network.layers[1].weights.selecting(
            rows: Array(0..<network.layers[1].unitCount), columns: order),
          biases: network.layers[1].biases, activations: network.layers[1].activations),
      ] + network.layers.dropFirst(2), scalarType: .float32)
    let before = try analyze(network, domain).verdicts
    let after = try analyze(permuted, domain).verdicts
    for (verdict, other) in zip(before, after) where verdict.unit.layer > 0 {
      #expect(verdict.stability == other.stability)
    }
    for (i, j) in order.enumerated() { #expect(after[i].stability == before[j].stability) }
  }

  @Test(arguments: 0..<12)
  func rowsAndBallsAreRespected(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(200 + seed))
    let count = network.inputCount
    let row = LinearRow(
      terms: (0..<count).map { .init(input: $0, coefficient: 1) }, bound: 0.25)
    let ball = L1Ball(center: Array(repeating: 0.125, count: count), radius: 0.75)
    let domain = try InputDomain(
      box: Box(lower: -1, upper: 1, count: count), rows: [row], ball: seed % 2 == 0 ? ball : nil)
    let result = try analyze(network, domain)
    try expectAccepted(result, network)
    let whole = try analyze(network, try RandomNetworks.box(for: network))
    for (cut, all) in zip(result.verdicts, whole.verdicts) {
      // On a smaller domain a stable unit stays stable.
      #expect(!(all.stability == .stablyInactive && cut.stability == .unstable))
      #expect(!(all.stability == .stablyActive && cut.stability == .unstable))
    }
  }

  @Test func emptyDomainsAreRefusedWithTheReason() throws {
    let network = try RandomNetworks.integers(seed: 1)
    let low = LinearRow(terms: [.init(input: 0, coefficient: 1)], bound: -0.5)
    let high = LinearRow(terms: [.init(input: 0, coefficient: -1)], bound: -0.5)
    let domain = try InputDomain(
      box: Box(lower: -1, upper: 1, count: network.inputCount), rows: [low, high])
    #expect(throws: AnalysisError.emptyDomain) { try analyze(network, domain) }
    let narrow = try InputDomain(box: Box(lower: 0, upper: 1, count: network.inputCount + 1))
    #expect(
      throws: AnalysisError.inputCountMismatch(
        domain: network.inputCount + 1, network: network.inputCount)
    ) { try analyze(network, narrow) }
  }

  @Test func aStoppedAnalysisIsValidAndUndecided() throws {
    let network = try RandomNetworks.integers(seed: 3)
    let domain = try RandomNetworks.box(for: network)
    let result = try analyze(network, domain, engines: [.tree], stopReason: { .seconds })
    try expectAccepted(result, network)
    for verdict in result.verdicts where verdict.stability == .undecided {
      #expect(verdict.limit == "seconds")
    }
  }
}
