import ExactArithmetic
import NeuralNetwork
import Testing

@Suite struct NetworkTests {
  static let toyLayers = [
    Layer(
      weights: Matrix(rows: [[1.5, -2], [-0.0, 0.25]]), biases: [0, -1],
      activations: [.relu, .identity]),
    Layer(weights: Matrix(rows: [[3, -0.5]]), biases: [7], activation: .identity),
  ]

  private func error(_ layers: [Layer], _ type: ScalarType = .float32) -> NetworkError? {
    do throws(NetworkError) {
      _ = try Network(layers: layers, scalarType: type)
      return nil
    } catch {
      return error
    }
  }

  private func layer(_ rows: [[Double]], _ biases: [Double]) -> Layer {
    Layer(weights: Matrix(rows: rows), biases: biases, activation: .relu)
  }

  @Test func refusesWhatDoesNotFit() {
    #expect(error([]) == .noLayers)
    let noInputs = Layer(
      weights: Matrix(rowCount: 1, columnCount: 0, elements: []), biases: [0], activation: .relu)
    #expect(error([noInputs]) == .noInputs)
    let noUnits = Layer(
      weights: Matrix(rowCount: 0, columnCount: 1, elements: []), biases: [], activation: .relu)
    #expect(error([noUnits]) == .emptyLayer(0))
    #expect(error([layer([[1]], [0]), noUnits]) == .emptyLayer(1))
    #expect(
      error([layer([[1], [1]], [0, 0]), layer([[1]], [0])])
        == .shapeMismatch(layer: 1, expected: 2, found: 1))
    #expect(error([layer([[1], [1]], [0])]) == .biasMismatch(layer: 0, expected: 2, found: 1))
    let fewActivations = Layer(
      weights: Matrix(rows: [[1], [1]]), biases: [0, 0], activations: [.relu])
    #expect(error([fewActivations]) == .biasMismatch(layer: 0, expected: 2, found: 2))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func refusesNumbersThatAreNone(bad: Double)
  {
    for type in ScalarType.allCases {
      let layers = [layer([[0, 1], [0, bad]], [0, 0])]
      guard case .notStorable(let unit, let input, _, _) = error(layers, type) else {
        Issue.record("\(bad) was taken for a weight")
        return
      }
      #expect(unit == UnitID(layer: 0, index: 1) && input == 1)
      guard case .notStorable(_, nil, _, _) = error([layer([[0]], [bad])], type) else {
        Issue.record("\(bad) was taken for a bias")
        return
      }
    }
  }

  @Test func refusesNumbersOfAWiderType() {
    for value in [0.1, 1 + 0x1p-24, 0x1p-150, 0x1p128] {
      #expect(error([layer([[value]], [0])], .float32) != nil)
      #expect(error([layer([[value]], [0])], .float64) == nil)
    }
  }

  @Test func countsAndLists() throws {
    let network = try Network(layers: Self.toyLayers, scalarType: .float32)
    #expect(network.inputCount == 2 && network.outputCount == 1)
    #expect(network.parameterCount == 9)
    #expect(network.nonzeroCount == 7)
    #expect(network.reluUnits == [UnitID(layer: 0, index: 0)])
    #expect(network.activation(of: UnitID(layer: 0, index: 1)) == .identity)
  }

  /// Computed with Python: `hashlib.sha256` of the header line, `float32\n`, `struct.pack(">QQ",
  /// 2, 2)`, then per layer `>Q` units, one byte per activation, and `>d` weights and biases.
  @Test func hasTheDigestOfItsCanonicalForm() throws {
    let network = try Network(layers: Self.toyLayers, scalarType: .float32)
    #expect(network.canonicalBytes.count == 134)
    #expect(
      network.digest == "1c3bc368c7f3025398af81d5c8ea1076a5cbad78e59880fd08876a5eb7d5adae")
    let wide = try Network(layers: Self.toyLayers, scalarType: .float64)
    #expect(wide.digest != network.digest)
  }

  @Test func comesBackFromItsCanonicalForm() throws {
    for type in ScalarType.allCases {
      let network = try Network(layers: Self.toyLayers, scalarType: type)
      let bytes = network.canonicalBytes
      #expect(Network(canonicalBytes: bytes) == network)
      for count in 0..<bytes.count {
        #expect(Network(canonicalBytes: Array(bytes.prefix(count))) == nil)
      }
      #expect(Network(canonicalBytes: bytes + [0]) == nil)
    }
  }

  @Test func refusesHugeCounts() throws {
    let bytes = try Network(layers: Self.toyLayers, scalarType: .float32).canonicalBytes
    let header = 27
    // The number of inputs, of layers and of units, each with a bit set that makes it too large.
    for place in [header, header + 8, header + 16] {
      for (offset, value) in [(0, 0xFF), (0, 0x7F), (1, 1), (4, 1), (7, 0)] as [(Int, UInt8)] {
        var changed = bytes
        changed[place + offset] = value
        #expect(Network(canonicalBytes: changed) == nil)
      }
    }
  }

  /// A network has one canonical form, so that it has one digest.
  @Test func refusesFormsThatAreNotCanonical() throws {
    let bytes = try Network(layers: Self.toyLayers, scalarType: .float32).canonicalBytes
    var flag = bytes
    flag[27 + 24 + 1] = 2
    var negativeZero = bytes
    negativeZero[27 + 24 + 2 + 16] = 0x80
    #expect(Network(canonicalBytes: flag) == nil)
    #expect(Network(canonicalBytes: negativeZero) == nil)
  }
}
