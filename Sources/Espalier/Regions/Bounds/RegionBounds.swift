public import BigInt
public import Certificates
public import NeuralNetwork

/// Upper bounds on the number of full-dimensional activation regions after the first layers.
///
/// All are exact integers and hold for every domain whose affine hull has at most the shape's
/// number of free inputs as dimension: boxes, and boxes cut by rows and a ball. `n_k` is the number
/// of ReLU units of layer `k`, `N_k` the number of all its units (identity units never cut, but pass
/// a dimension on), `n_0` the number of free inputs. The reason is the same for all: the units of a
/// layer are affine on a region of the layers below and cut it like hyperplanes in the dimension
/// that reaches the layer; see `DimensionRecursion`, of which the other bounds are relaxations.
///
/// Always `allPatterns ≥ zaslavsky = raghu ≥ montufar ≥ serra ≥ certified`: each replaces a number
/// in the recursion by a smaller one, and the recursion grows with every open unit, every affine
/// unit and every dimension.
public struct RegionBounds: Hashable, Sendable {
  /// `2^(Σ n_k)`: a pattern has one bit per ReLU unit.
  public let allPatterns: BigInt
  /// `Σ_{j ≤ n_0} C(n, j)`; nil unless exactly one layer has ReLU units.
  ///
  /// - Source: Zaslavsky, "Facing up to arrangements", 1975.
  public let zaslavsky: BigInt?
  /// `Π_k Σ_{j ≤ n_0} C(n_k, j)`.
  ///
  /// - Source: Raghu et al., arXiv 1606.05336, proof of Theorem 1, which states it as `O(n^(n_0 K))`.
  public let raghu: BigInt
  /// `Π_k Σ_{j ≤ d_k} C(n_k, j)` with `d_k = min(n_0, N_1, …, N_(k-1), n_k)`.
  ///
  /// - Source: Montúfar, "Notes on the number of linear regions of deep neural networks", 2017,
  ///   Proposition 3, there without identity units.
  public let montufar: BigInt
  /// `Σ_{(j_1 … j_K) ∈ J} Π_k C(n_k, j_k)` with
  /// `J = {0 ≤ j_k ≤ min(n_0, N_1 - j_1, …, N_(k-1) - j_(k-1), n_k)}`.
  ///
  /// - Source: Serra, Tjandraatmadja and Ramalingam, arXiv 1711.02114, Theorem 1, there without
  ///   identity units.
  public let serra: BigInt
  /// The recursion with the open and affine units that proved intervals leave; nil without any.
  ///
  /// - Source: Own; the recursion of Serra et al. with proved counts.
  public let certified: BigInt?

  /// The bounds of a shape.
  ///
  /// - Parameters:
  ///   - widths: The shape by widths alone.
  ///   - proved: The shape that proved intervals leave of it, if there are any.
  public init(widths: RegionShape, proved: RegionShape? = nil) {
    let layers = widths.layers
    allPatterns = BigInt(1) << layers.reduce(0) { $0 + $1.openCount }
    raghu = Self.product(layers) { _ in widths.freeInputCount }
    var dimension = widths.freeInputCount
    montufar = Self.product(layers) { layer in
      defer { dimension = min(dimension, layer.movingCount) }
      return dimension
    }
    zaslavsky = layers.count { $0.openCount > 0 } == 1 ? raghu : nil
    serra = DimensionRecursion(widths).bound(layer: 0, dimension: widths.freeInputCount)
    certified = proved.map {
      DimensionRecursion($0).bound(layer: 0, dimension: $0.freeInputCount)
    }
  }

  /// The bounds for the first layers of a network on a domain.
  ///
  /// - Parameter proved: Intervals of at least these layers, proved on the domain.
  /// - Precondition: The network has `layerCount` layers and the domain's number of inputs.
  public init(
    network: Network, domain: InputDomain, layerCount: Int, proved: ProofState? = nil
  ) {
    self.init(
      widths: RegionShape(network: network, domain: domain, layerCount: layerCount),
      proved: proved.map { RegionShape(proved: $0, layerCount: layerCount) })
  }

  /// One bound by its name; nil if it does not apply.
  public subscript(name: RegionBoundName) -> BigInt? {
    switch name {
    case .allPatterns: allPatterns
    case .zaslavsky: zaslavsky
    case .raghu: raghu
    case .montufar: montufar
    case .serra: serra
    case .certified: certified
    }
  }

  /// The tightest bound.
  public var smallest: BigInt { certified.map { min($0, serra) } ?? serra }

  /// `Π_k Σ_{j ≤ dimension} C(n_k, j)`.
  private static func product(
    _ layers: [RegionShape.LayerCounts], dimension: (RegionShape.LayerCounts) -> Int
  ) -> BigInt {
    layers.reduce(BigInt(1)) { product, layer in
      let limit = dimension(layer)
      return product * BinomialRow(layer.openCount, upTo: limit).sum(upTo: limit)
    }
  }
}
