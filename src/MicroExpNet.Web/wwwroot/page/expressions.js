// The expressions' colours: told apart by people with any colour vision, visible on dark and on light. Text always says the same.
export const colors = {
  neutral: '#8d96a3',
  anger: '#d55e00',
  contempt: '#9a7350',
  disgust: '#009e73',
  fear: '#8b6ae0',
  happy: '#e0aa00',
  sadness: '#3f8fd6',
  surprise: '#e06fae',
};

export const names = Object.keys(colors);

export const percent = probability => `${Math.round(probability * 100)}%`;
