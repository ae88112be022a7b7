public import Certificates
public import NeuralNetwork

/// What bounds on the number of regions depend on: the free inputs, and of each layer how many
/// units may bend and how many are affine.
public struct RegionShape: Hashable, Sendable {
  /// The units of one layer, by what they can do on the domain.
  public struct LayerCounts: Hashable, Sendable {
    /// Units whose pre-activation may take both signs: each adds at most one hyperplane per region
    /// of the layers below.
    public let openCount: Int
    /// Identity units and stably active units: they pass a dimension on and never cut.
    public let affineCount: Int

    /// Counts of one layer.
    ///
    /// - Precondition: Both are at least zero.
    public init(openCount: Int, affineCount: Int) {
      precondition(openCount >= 0 && affineCount >= 0, "\(openCount) and \(affineCount) units")
      self.openCount = openCount
      self.affineCount = affineCount
    }

    /// The units that may be other than constant.
    var movingCount: Int { openCount + affineCount }
  }

  /// The inputs that the domain leaves free; its affine hull has at most this dimension.
  public let freeInputCount: Int
  /// The layers whose patterns count, first to last.
  public let layers: [LayerCounts]

  /// A shape from its numbers.
  ///
  /// - Precondition: `freeInputCount` is at least zero.
  public init(freeInputCount: Int, layers: [LayerCounts]) {
    precondition(freeInputCount >= 0, "\(freeInputCount) free inputs")
    self.freeInputCount = freeInputCount
    self.layers = layers
  }

  /// The shape of the first layers by their widths alone: every ReLU unit counts as open.
  ///
  /// - Precondition: The network has `layerCount` layers and the domain's number of inputs.
  public init(network: Network, domain: InputDomain, layerCount: Int) {
    precondition(domain.inputCount == network.inputCount, "domain and network differ in inputs")
    self.init(
      freeInputCount: domain.freeInputCount,
      layers: network.layers.prefix(layerCount).map { layer in
        let openCount = layer.activations.count { $0 == .relu }
        return LayerCounts(openCount: openCount, affineCount: layer.unitCount - openCount)
      })
    precondition(layers.count == layerCount, "\(layerCount) of \(layers.count) layers")
  }

  /// The shape of the first layers that the proved intervals leave.
  ///
  /// A ReLU unit is open if its interval has `lower < 0 < upper`; units that are off, and units of
  /// either kind with one proved value, are constant and count nowhere.
  ///
  /// - Precondition: The intervals of the first `layerCount` layers are open.
  public init(proved: ProofState, layerCount: Int) {
    precondition(layerCount <= proved.intervals.count, "layer \(layerCount) is not open yet")
    let layers = proved.network.network.layers
    self.init(
      freeInputCount: proved.domain.freeInputCount,
      layers: (0..<layerCount).map { k in
        let intervals = proved.intervals[k]
        let phases = zip(layers[k].activations, intervals).map { activation, interval in
          UnitKind(activation, interval)
        }
        return LayerCounts(
          openCount: phases.count { $0 == .open }, affineCount: phases.count { $0 == .affine })
      })
  }
}

extension InputDomain {
  /// The number of inputs with `lower < upper`.
  var freeInputCount: Int { zip(box.lower, box.upper).count { $0 < $1 } }
}
