internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// What a unit does on the whole domain, as far as its region matters.
enum UnitRole: Hashable, Sendable {
  /// It passes its value on.
  case linear
  /// It is 0.
  case idle
  /// The phase at a position of the pattern says it.
  case open(Int)

  /// True if the unit passes its value on in a region.
  func isOn(_ phases: [UnitPhase]) -> Bool {
    switch self {
    case .linear: true
    case .idle: false
    case .open(let position): phases[position].isOn
    }
  }
}

/// The function whose regions are counted, and its affine map on each of them.
///
/// It is the network's function if all layers with ReLU units count, and otherwise what the layers
/// that count put out.
struct RegionMaps: Sendable {
  let network: Network
  let domain: InputDomain
  let freeInputs: [Int]
  /// The open units, which patterns have phases for, ascending.
  let units: [UnitID]
  let roles: [[UnitRole]]

  init(_ proved: ProofState, layerCount: Int) {
    let whole = proved.network.network
    let lastRelu = whole.reluUnits.last?.layer ?? 0
    let depth = layerCount > lastRelu ? whole.layers.count : layerCount
    let box = proved.domain.box
    domain = proved.domain
    freeInputs = box.lower.indices.filter { box.lower[$0] < box.upper[$0] }
    let units = RegionParts.openUnits(of: proved, layerCount: layerCount)
    self.units = units
    let positions = Dictionary(uniqueKeysWithValues: units.enumerated().map { ($1, $0) })
    let intervals = proved.intervals
    let network = whole.prefix(depth)
    self.network = network
    roles = network.layers.enumerated().map { k, layer in
      layer.activations.enumerated().map { i, activation in
        if activation == .identity { return .linear }
        if let position = positions[UnitID(layer: k, index: i)] { return .open(position) }
        return intervals[k][i].upper.signum <= 0 ? .idle : .linear
      }
    }
  }

  /// The exact pre-activations on a region as forms of all inputs, layer by layer.
  func forms(_ phases: [UnitPhase]) -> [[AffineForm]] {
    var forms: [[AffineForm]] = []
    for (k, layer) in network.layers.enumerated() {
      forms.append(
        (0..<layer.unitCount).map { i in
          var form = AffineForm(columnCount: domain.inputCount)
          form.constant = Dyadic(layer.biases[i])
          for (j, weight) in layer.weights.row(i).enumerated() where weight != 0 {
            if k == 0 {
              form.coefficients[j] += Dyadic(weight)
            } else if roles[k - 1][j].isOn(phases) {
              form.add(forms[k - 1][j], times: Dyadic(weight))
            }
          }
          return form
        })
    }
    return forms
  }

  /// The exact map on a region: coefficients of the free inputs and the constant of every output.
  func map(_ phases: [UnitPhase]) -> [[Dyadic]] {
    let top = network.layers.count - 1
    return forms(phases)[top].enumerated().map { i, form in
      roles[top][i].isOn(phases)
        ? reduced(form) : [Dyadic](repeating: .zero, count: freeInputs.count + 1)
    }
  }

  /// A form in the free inputs: their coefficients and the constant.
  func reduced(_ form: AffineForm) -> [Dyadic] {
    var constant = form.constant
    for t in domain.box.lower.indices where domain.box.lower[t] == domain.box.upper[t] {
      constant += form.coefficients[t] * Dyadic(domain.box.lower[t])
    }
    return freeInputs.map { form.coefficients[$0] } + [constant]
  }
}

extension Network {
  /// The network of the first layers.
  func prefix(_ layerCount: Int) -> Network {
    if layerCount == layers.count { return self }
    do throws(NetworkError) {
      return try Network(layers: Array(layers.prefix(layerCount)), scalarType: scalarType)
    } catch {
      preconditionFailure("the first layers of a network are no network: \(error)")
    }
  }
}
