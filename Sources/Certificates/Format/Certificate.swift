public import ExactArithmetic
public import NeuralNetwork

/// Everything a reader needs to see for himself what was decided about a network on a domain.
///
/// - Source: `docs/certificate-format.md`, which is normative.
public struct Certificate: Hashable, Sendable {
  /// The name of the format.
  public static let format = "espalier-certificate"
  /// The version of the format that this type reads and writes.
  public static let version = 3

  /// The program that wrote the document; not checked.
  public var producer: String
  /// The model that the claims are about.
  public var model: ModelBinding
  /// The inputs on which the claims hold.
  public var domain: InputDomain
  /// Inputs in the domain that verdicts refer to by index.
  public var points: [[Dyadic]]
  /// The point that shows that a domain with rows or a ball is not empty.
  public var member: Int?
  /// What cuts the initial intervals, if anything does.
  public var boxes: BoxProof?
  /// What tightens the intervals, in ascending order of layers.
  public var steps: [Step]
  /// One verdict per ReLU unit, in order.
  public var verdicts: [Verdict]
  /// How many linear regions there are, if that is claimed.
  public var regions: RegionClaim?
  /// What was removed, if anything was.
  public var pruning: Pruning?

  /// A certificate from its parts; `CertificateChecker` says whether it holds.
  public init(
    producer: String, model: ModelBinding, domain: InputDomain, points: [[Dyadic]], member: Int?,
    boxes: BoxProof? = nil, steps: [Step], verdicts: [Verdict], regions: RegionClaim? = nil,
    pruning: Pruning? = nil
  ) {
    self.producer = producer
    self.model = model
    self.domain = domain
    self.points = points
    self.member = member
    self.boxes = boxes
    self.steps = steps
    self.verdicts = verdicts
    self.regions = regions
    self.pruning = pruning
  }
}

/// The digests that bind a certificate to a model.
public struct ModelBinding: Hashable, Sendable {
  /// Every file read for the model, the model file first.
  public let files: [FileDigest]
  /// The digest of the canonical weights.
  public let networkDigest: String

  /// The binding to these files and weights.
  public init(files: [FileDigest], networkDigest: String) {
    self.files = files
    self.networkDigest = networkDigest
  }
}
