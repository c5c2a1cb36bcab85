import DefaultTheme from 'vitepress/theme';
import Shown from './Shown.vue';

/** Pages name a picture by `<Shown name="pier" />`, which readers of the repository do not see. */
export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('Shown', Shown);
  },
};
