type Profile = readonly (readonly [half: number, down: number])[];

/** A vessel: how wide it is at each height, of 1 wide and 1 tall. */
export interface Vessel {
  profile: Profile;
  /** Width by height. */
  shape: number;
  /** Height by the stage's unit. */
  tall: number;
  part?: 'spout' | 'steam' | 'branch' | 'ear';
}

/** Every vessel, its outline from the mouth down to the foot. */
export const VESSELS: Readonly<Record<string, Vessel>> = {
  vase: {
    profile: [
      [0.2, 0],
      [0.16, 0.06],
      [0.15, 0.2],
      [0.36, 0.36],
      [0.5, 0.58],
      [0.42, 0.84],
      [0.3, 1],
    ],
    shape: 0.62,
    tall: 0.4,
    part: 'branch',
  },
  bottle: {
    profile: [
      [0.14, 0],
      [0.12, 0.05],
      [0.12, 0.42],
      [0.34, 0.56],
      [0.5, 0.72],
      [0.5, 0.92],
      [0.44, 1],
    ],
    shape: 0.42,
    tall: 0.46,
  },
  bowl: {
    profile: [
      [0.5, 0],
      [0.48, 0.22],
      [0.42, 0.55],
      [0.26, 0.84],
      [0.2, 0.88],
      [0.21, 1],
    ],
    shape: 1.5,
    tall: 0.15,
    part: 'steam',
  },
  cup: {
    profile: [
      [0.46, 0],
      [0.48, 0.3],
      [0.46, 0.7],
      [0.34, 0.96],
      [0.3, 1],
    ],
    shape: 0.86,
    tall: 0.155,
    part: 'steam',
  },
  jar: {
    profile: [
      [0.3, 0],
      [0.3, 0.08],
      [0.44, 0.18],
      [0.5, 0.45],
      [0.46, 0.8],
      [0.36, 1],
    ],
    shape: 0.82,
    tall: 0.29,
    part: 'ear',
  },
  pot: {
    profile: [
      [0.06, 0],
      [0.07, 0.07],
      [0.05, 0.12],
      [0.24, 0.17],
      [0.4, 0.3],
      [0.5, 0.58],
      [0.44, 0.86],
      [0.32, 1],
    ],
    shape: 1.16,
    tall: 0.27,
    part: 'spout',
  },
};
