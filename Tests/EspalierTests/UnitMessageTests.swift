import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// Queries and answers survive the way to another process, and garbage does not.
@Suite struct UnitMessageTests {
  @Test func setupQueryAndAnswerRoundTrip() throws {
    let network = try RandomNetworks.integers(seed: 5)
    let domain = try InputDomain(
      box: Box(lower: -1, upper: 1, count: network.inputCount), rows: [],
      ball: L1Ball(center: Array(repeating: 0, count: network.inputCount), radius: 1))
    let setup = try #require(
      UnitMessage.readSetup(UnitMessage.setup(network: network, domain: domain)))
    #expect(setup.network == network)
    #expect(setup.domain == domain)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    state.openNextLayer()
    let query = UnitQuery(
      goal: .tighten, unit: UnitID(layer: 1, index: 1), side: .lower, engines: [.tree, .exact],
      nodeLimit: 17, seconds: 0.1, member: [0.5])
    let bytes = UnitMessage.encode(query, state: state)
    let read = try #require(
      UnitMessage.readQuery(bytes, network: state.network, domain: domain))
    #expect(read.query == query)
    let bounding = UnitQuery(
      goal: .maximize, unit: query.unit, side: .upper, engines: [.tree, .cbc], nodeLimit: 3,
      seconds: nil, member: nil, floor: Dyadic(-0.375))
    #expect(
      UnitMessage.readQuery(
        UnitMessage.encode(bounding, state: state), network: state.network, domain: domain)?
        .query == bounding)
    #expect(read.state.intervals == state.intervals)
    let leaf = Leaf(
      units: [.init(unit: UnitID(layer: 0, index: 1), value: Dyadic(-0.75))], claim: Dyadic(3))
    for finding in [
      Finding.proof(.tree(bound: .zero, nodes: [.split(UnitID(layer: 0, index: 0)), .leaf(leaf)])),
      .proof(.lemma(Leaf(units: []))), .witness([Dyadic(0.1), .zero]), .nothing(.nodes),
      .nothing(.seconds), .nothing(.caller),
    ] {
      let answer = UnitAnswer(finding: finding, engine: .tree, points: [[0.1, -2]])
      let sent = UnitMessage.encode(answer)
      #expect(UnitMessage.readAnswer(sent) == answer)
    }
  }

  @Test func garbageIsNoMessage() {
    #expect(UnitMessage.readSetup([]) == nil)
    #expect(UnitMessage.readSetup(Array(repeating: 255, count: 64)) == nil)
    #expect(UnitMessage.readAnswer([]) == nil)
    #expect(UnitMessage.readAnswer(Array("{\"finding\": 3}".utf8)) == nil)
    #expect(UnitMessage.readAnswer(Array("garbage".utf8)) == nil)
  }
}
